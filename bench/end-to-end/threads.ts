import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc (sysconf(_SC_CLK_TCK)), 100 on every Linux that Node runs on. */
const TICKS = 100;

/**
 * CPU seconds so far by thread (proc(5), `/proc/self/task/N/stat`): main, store, bus, and all others together (collector,
 * compiler, file system). Threads of databases are named in the order in which they were started. Null without /proc.
 */
export function cpuByThread(): Readonly<Record<string, number>> | null {
  try {
    const seconds: Record<string, number> = { main: 0, store: 0, bus: 0, others: 0 };
    const databases: number[] = [];
    for (const tid of readdirSync('/proc/self/task')
      .map(Number)
      .sort((a, b) => a - b)) {
      const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const used = (Number(fields[11]) + Number(fields[12])) / TICKS;
      if (tid === process.pid) seconds['main'] = used;
      else if (name === 'WorkerThread') databases.push(used);
      else seconds['others'] = (seconds['others'] ?? 0) + used;
    }
    // A round starts the two threads anew, the store's first.
    const [store = 0, bus = 0] = databases.slice(-2);
    return { ...seconds, store, bus };
  } catch {
    return null;
  }
}
