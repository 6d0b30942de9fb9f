#!/bin/sh
# A service for `protocol=inetd`: an ordinary program whose stdin and stdout are the connection. It greets, reads one
# line, answers and ends; preforkd starts one such process per client. Try it with: nc 127.0.0.1 1179

trap 'exit 0' TERM
printf 'What is your name?\r\n'
IFS= read -r name || exit 0
# Whatever came over the wire is printed, never evaluated; controls are taken out first.
name=$(printf '%s' "$name" | tr -d '[:cntrl:]' | cut -c 1-60)

case $(($$ % 4)) in
  0) fortune='A fork in time saves nine.' ;;
  1) fortune='Every child you reap has lived.' ;;
  2) fortune='He who accepts too much drops something.' ;;
  *) fortune='The backlog you see is smaller than the backlog you have.' ;;
esac
printf 'Dear %s: %s (pid %s)\r\n' "${name:-stranger}" "$fortune" "$$"
