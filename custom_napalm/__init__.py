"""Community NAPALM drivers are found only under this package name; the code lives in automation.transports."""
