// tasks.js JOB: one run of one job on Node, in microtasks; prints "value unit", and "- -"
// for a job that it does not have.
//
// The jobs are those of peertasks that have the same name.
'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const now = () => Number(process.hrtime.bigint());
const per = (start, n) => console.log(((now() - start) / n).toFixed(2), 'ns');

// A future is a promise and what fulfils it.
function future() {
  let set;
  const done = new Promise((resolve) => { set = resolve; });
  return { done, set };
}

async function giveWay(n) {
  for (let i = 0; i < n; i++) await null;
}

async function gather(n, fn) {
  const all = new Array(n);
  for (let i = 0; i < n; i++) all[i] = fn();
  await Promise.all(all);
}

// A Queue is what asyncio's is: Node has none.
class Queue {
  constructor(size) {
    Object.assign(this, { size, ring: new Array(size), head: 0, length: 0, getters: [], putters: [] });
  }

  async put(item) {
    while (this.length === this.size) await new Promise((resolve) => this.putters.push(resolve));
    this.ring[(this.head + this.length++) % this.size] = item;
    if (this.getters.length > 0) this.getters.shift()();
  }

  async get() {
    while (this.length === 0) await new Promise((resolve) => this.getters.push(resolve));
    const item = this.ring[this.head];
    this.head = (this.head + 1) % this.size;
    this.length--;
    if (this.putters.length > 0) this.putters.shift()();
    return item;
  }
}

async function queue(size) {
  const n = 1_000_000;
  const q = new Queue(size);
  const start = now();
  const producer = (async () => {
    for (let i = 0; i < n; i++) await q.put(i);
  })();
  for (let i = 0; i < n; i++) await q.get();
  await producer;
  per(start, n);
}

async function timers(n) {
  const start = now();
  await gather(n, async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
  });
  console.log(((now() - start) / 1e9).toFixed(4), 's');
}

// posts starts a thread that posts n messages, and waits for all; answer is called for each.
async function posts(n, data, answer) {
  const worker = new Worker(__filename, { workerData: { n, ...data } });
  await new Promise((resolve) => worker.once('message', resolve));
  await new Promise((resolve) => {
    let left = n;
    const start = now();
    worker.on('message', () => {
      answer();
      if (--left === 0) {
        per(start, n);
        resolve();
      }
    });
    worker.postMessage('go');
  });
  await worker.terminate();
}

const jobs = {
  async a_yield1() {
    const n = 5_000_000;
    const start = now();
    await giveWay(n);
    per(start, n);
  },
  async b_yield1000() {
    const start = now();
    await gather(1000, () => giveWay(1000));
    per(start, 1_000_000);
  },
  async c_spawn() {
    const start = now();
    for (let i = 0; i < 1000; i++) await gather(1000, async () => {});
    per(start, 1_000_000);
  },
  async d_pingpong() {
    const n = 1_000_000;
    let ping = future();
    let pong = future();
    const echo = async () => {
      for (let i = 0; i < n; i++) {
        await ping.done;
        ping = future();
        pong.set();
      }
    };
    const serve = async () => {
      for (let i = 0; i < n; i++) {
        ping.set();
        await pong.done;
        pong = future();
      }
    };
    const start = now();
    await Promise.all([echo(), serve()]);
    per(start, n);
  },
  e_queue1: () => queue(1),
  e_queue128: () => queue(128),
  f_timers1e5: () => timers(1e5),
  f_timers1e6: () => timers(1e6),
  async g_callsoon() {
    const n = 2_000_000;
    const nop = () => {};
    const start = now();
    for (let i = 0; i < n; i += 1000) {
      for (let j = 0; j < 1000; j++) queueMicrotask(nop);
      await null;
    }
    per(start, n);
  },
  async h_latency() {
    const seen = new Int32Array(new SharedArrayBuffer(4));
    await posts(50_000, { seen }, () => {
      Atomics.add(seen, 0, 1);
      Atomics.notify(seen, 0);
    });
  },
  h_throughput: () => posts(200_000, {}, () => {}),
  async i_mem() {
    const n = 100_000;
    if (global.gc) global.gc();
    const before = process.memoryUsage().rss;
    const never = future();
    const all = [];
    for (let i = 0; i < n; i++) all.push((async () => { await never.done; })());
    await null;
    console.log(((process.memoryUsage().rss - before) / n).toFixed(0), 'B');
    never.set();
    await Promise.all(all);
  },
};

if (!isMainThread) {
  const { n, seen } = workerData;
  parentPort.once('message', () => {
    for (let i = 0; i < n; i++) {
      parentPort.postMessage(i);
      if (seen) Atomics.wait(seen, 0, i); // until this one was seen
    }
  });
  parentPort.postMessage('ready');
} else if (jobs[process.argv[2]]) {
  jobs[process.argv[2]]();
} else {
  console.log('- -');
}
