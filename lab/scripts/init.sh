#!/bin/sh
# First process of one node: gives it its own files and waits. Argument: the node's folder.
# /etc and /var are the machine's own, seen through a private overlay; the folders a real
# device keeps over a power cut are bound from the node's folder.
set -e
node=$1
lab=$(dirname "$(dirname "$node")")
hostname "$(basename "$node")"
mount -t sysfs sysfs /sys
mount --bind "$lab" /media                 # /tmp and /var, covered below, may hold the lab folder
mount -t tmpfs -o mode=755,size=64m tmpfs /mnt
mount -t tmpfs -o mode=755,size=32m tmpfs /run
[ -e "$node/keeps-tmp" ] || mount -t tmpfs -o mode=1777,size=64m tmpfs /tmp
for tree in etc var; do
    mkdir -p /mnt/$tree /mnt/$tree.work
    mount -t overlay overlay -o "lowerdir=/$tree,upperdir=/mnt/$tree,workdir=/mnt/$tree.work" /$tree
done
mkdir -p "$lab"
mount --move /media "$lab"
[ ! -d "$node/files" ] || cp -r "$node/files/." /
for kept in /etc/frr /etc/snmp /etc/silesianet /var/lib/silesianet /var/lib/snmp; do
    mkdir -p $kept "$node/kept$kept"
    mount --bind "$node/kept$kept" $kept
done
if [ -d "$node/kept/etc/frr" ] && id frr >/dev/null 2>&1; then
    chown -R frr:frr "$node/kept/etc/frr"
    chmod 2775 "$node/kept/etc/frr"
fi
mkdir -p /var/agentx /var/tmp/frr
chown frr:frr /var/tmp/frr 2>/dev/null || :
echo 'silesianet:x:0:0:device access:/tmp:/bin/sh' >> /etc/passwd
echo 'silesianet:*:19000:0:99999:7:::' >> /etc/shadow
ip link set lo up
if [ -e "$node/forwards" ]; then
    sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
        net.ipv4.fib_multipath_hash_policy=1 net.ipv4.conf.all.ignore_routes_with_linkdown=1 \
        net.ipv6.fib_multipath_hash_policy=1 net.ipv6.conf.all.ignore_routes_with_linkdown=1
fi
# above 20 memberships (the default) OSPF silently stops at the twentieth interface
sysctl -qw net.ipv4.igmp_max_memberships=2000 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
    net.ipv6.conf.all.keep_addr_on_down=1 net.ipv6.conf.default.keep_addr_on_down=1 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
echo ready > "$node/ready"
set +e
while :; do sleep 86400 & wait $!; done
