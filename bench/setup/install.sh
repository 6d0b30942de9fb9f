#!/bin/sh
# Installs what the benchmark compares preforkd with: Debian's Cyrus IMAP (its C master and the real imapd) and a C
# compiler for bench/setup/worker.c. Needs root and apt. What is missing afterwards is skipped by the benchmark, which
# says so. No daemon is started by this.
set -eu
export DEBIAN_FRONTEND=noninteractive
# Debian's packages start their daemons when they are installed, unless this says no.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  cyrus-imapd cyrus-admin cyrus-clients sasl2-bin libsasl2-modules libsasl2-modules-db gcc libc6-dev
