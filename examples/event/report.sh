#!/bin/sh
# An EVENT: runs, says one line, which the master copies to its log, and ends. It counts the messages of a Maildir.
# Usage: report.sh [MAILDIR], by default the sample beside it.

maildir=${1:-$(dirname "$0")/../imap/maildir}
[ -d "$maildir" ] || {
  echo "report: no Maildir at $maildir" >&2
  exit 1
}
messages=$(find "$maildir" -type f \( -path '*/cur/*' -o -path '*/new/*' \) | wc -l)
unseen=$(find "$maildir" -type f \( -path '*/cur/*' -o -path '*/new/*' \) ! -name '*:2,*S*' | wc -l)
echo "report: $((messages)) messages, $((unseen)) of them unseen"
