"""The program `sn-bundle`: on the device, so that an unconfirmed change is taken back even when nobody can reach it.

Standard library only, Python 3.11 at most; shipped as one zip file by automation.transports.tool.
"""
