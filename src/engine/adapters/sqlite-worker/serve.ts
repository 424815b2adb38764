import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Executor, type Request } from './executor.ts';
import type { Area } from './failure.ts';
import type { Procedures } from './procedure.ts';

/** What a thread is told at its start. */
export interface ThreadData {
  readonly file: string;
}

/** From the client: work, or the wish that the thread closes its file and ends. */
export type ToThread = Request | 'close';

const MAX_GROUP = 128;

/** The body of a database's thread: takes what has queued up, runs it as one group, answers, and so on. */
export function serve(area: Area, procedures: Procedures): void {
  if (parentPort === null) throw new Error('this file is the body of a thread');
  const port = parentPort;
  const executor = new Executor(area, (workerData as ThreadData).file, procedures);
  port.on('message', (first: ToThread) => {
    const { requests, close } = drain(port, first);
    if (requests.length > 0) port.postMessage(executor.execute(requests));
    if (!close) return;
    executor.close();
    port.close();
  });
}

function drain(port: MessagePort, first: ToThread): { requests: Request[]; close: boolean } {
  const requests: Request[] = [];
  let next: ToThread | undefined = first;
  while (next !== undefined) {
    if (next === 'close') return { requests, close: true };
    requests.push(next);
    if (requests.length === MAX_GROUP) break;
    next = receiveMessageOnPort(port)?.message as ToThread | undefined;
  }
  return { requests, close: false };
}
