"""The objects we read, by number: SNMPv2-MIB, IF-MIB (RFC 2863), OSPF-MIB (RFC 4750), ENTITY-MIB (RFC 6933)."""

from monitoring.snmp.session import Oid, oid

_SYSTEM: Oid = oid("1.3.6.1.2.1.1")
SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME = ((*_SYSTEM, arc) for arc in (1, 2, 3, 5))

_IF: Oid = oid("1.3.6.1.2.1.2.2.1")
IF_INDEX = (*_IF, 1)
IF_DESCR, IF_TYPE, IF_MTU, IF_SPEED, IF_PHYS_ADDRESS = ((*_IF, arc) for arc in (2, 3, 4, 5, 6))
IF_ADMIN_STATUS, IF_OPER_STATUS = (*_IF, 7), (*_IF, 8)
IF_IN_DISCARDS, IF_IN_ERRORS, IF_OUT_DISCARDS, IF_OUT_ERRORS = ((*_IF, arc) for arc in (13, 14, 19, 20))

_IFX: Oid = oid("1.3.6.1.2.1.31.1.1.1")
IF_NAME, IF_HC_IN_OCTETS, IF_HC_OUT_OCTETS = (*_IFX, 1), (*_IFX, 6), (*_IFX, 10)
IF_HIGH_SPEED, IF_ALIAS = (*_IFX, 15), (*_IFX, 18)

OSPF_ROUTER_ID: Oid = oid("1.3.6.1.2.1.14.1.1")
OSPF_NBR_STATE: Oid = oid("1.3.6.1.2.1.14.10.1.6")
OSPF_FULL = 8

_ENTITY: Oid = oid("1.3.6.1.2.1.47.1.1.1.1")
ENT_CLASS, ENT_SOFTWARE, ENT_SERIAL, ENT_MODEL = ((*_ENTITY, arc) for arc in (5, 10, 11, 13))
ENT_CHASSIS = 3

SNMP_TRAP_OID: Oid = oid("1.3.6.1.6.3.1.1.4.1.0")
TRAP_KINDS = {
    oid("1.3.6.1.6.3.1.1.5.1"): "coldStart",
    oid("1.3.6.1.6.3.1.1.5.2"): "warmStart",
    oid("1.3.6.1.6.3.1.1.5.3"): "linkDown",
    oid("1.3.6.1.6.3.1.1.5.4"): "linkUp",
    oid("1.3.6.1.6.3.1.1.5.5"): "authenticationFailure",
    oid("1.3.6.1.2.1.14.16.2.2"): "ospfNbrStateChange",
    oid("1.3.6.1.2.1.14.16.2.16"): "ospfIfStateChange",
    oid("1.3.6.1.4.1.8072.4.0.2"): "nsNotifyShutdown",
}

OPER = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
}
ADMIN = {1: "up", 2: "down", 3: "testing"}
