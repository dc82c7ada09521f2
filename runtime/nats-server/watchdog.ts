// Runs nats-server below a tiny shell that ends it when this program ends, however that happens.
// The shell holds the reading end of a pipe whose writing end only this program has: when the program is gone, even by kill -9,
// the pipe ends, and the shell stops the server in good order, so that JetStream closes its files.
// W1  the server lives no longer than the program plus the stop limit
// W2  server and shell are a session of their own: Ctrl-C in a terminal reaches the program, and the program decides
// W3  when the server has ended, nothing of the session is left
// W4  where the system can, server and shell are scheduled as SCHED_BATCH (sched(7)): woken by what is sent to it, the server does not take
//     the processor of who sent it, works through more at a time, and both do more on a machine with few processors

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** After SIGTERM the server has so long to close its files before it is killed, in seconds. */
export const STOP_LIMIT_S = 15;

// $1: stop limit in seconds; the rest: the command.
// The guard waits in the background for the end of the pipe, the shell itself for the end of the server, whose exit code it hands on.
// A signal to the shell alone is handed to the server; the last kill (to the own session only) ends the guard and its sleep.
// The guard looks every second whether the server is gone, for the case that the shell itself was killed.
const SCRIPT = `
limit=$1; shift
exec 3<&0
chrt -b -p 0 $$ </dev/null >/dev/null 2>&1
"$@" </dev/null 3<&- &
server=$!
{
  while read -r _ <&3; do :; done
  kill -TERM "$server"
  while [ "$limit" -gt 0 ] && kill -0 "$server"; do sleep 1; limit=$((limit - 1)); done
  [ "$limit" -gt 0 ] || kill -KILL "$server"
} >/dev/null 2>&1 &
exec 3<&-
signalled=
trap 'signalled=yes; kill -TERM "$server" 2>/dev/null' TERM INT HUP
wait "$server"; code=$?
while [ -n "$signalled" ]; do signalled=; wait "$server"; code=$?; done
trap '' TERM
kill -TERM 0
exit "$code"
`;

export type Watched = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts the command below the watchdog. To stop it, end the `stdin` of what is given; its exit is the command's. */
export function spawnWatched(command: string, args: string[], workingDir: string): Watched {
  return spawn("/bin/sh", ["-c", SCRIPT, "quartier-nats-watchdog", String(STOP_LIMIT_S), command, ...args], {
    cwd: workingDir,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
