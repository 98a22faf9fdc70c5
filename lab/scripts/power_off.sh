#!/bin/sh
# What a device loses with its power: processes, links, addresses, filters, queues, /run and /tmp.
# The namespace itself stays, or the far ends of its cables would vanish with it. Fault tables
# (netdev family) stand for the cable, not for the device, and stay.
kill -KILL -1
# a process in an uninterruptible call needs a moment; the first process, its sleep and this shell stay
left=50
while set -- /proc/[0-9]*; [ $# -gt 3 ] && [ $left -gt 0 ]; do sleep 0.02; left=$((left - 1)); done
nft list tables | while read -r _ family table; do
    [ "$family" = netdev ] || nft delete table "$family" "$table"
done
for kind in bridge ifb vxlan; do
    ip -o link show type $kind | while IFS=': ' read -r _ name _; do ip link del "${name%%@*}"; done
done
for path in /sys/class/net/*; do
    name=${path##*/}
    ip link set "$name" down
    ip addr flush dev "$name"
    tc qdisc del dev "$name" root 2>/dev/null
    tc qdisc del dev "$name" clsact 2>/dev/null
done
ip route flush table main 2>/dev/null
find /run /tmp -mindepth 1 -xdev ! -type d -delete
:
