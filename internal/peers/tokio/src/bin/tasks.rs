//! tasks JOB: one run of one job on tokio's scheduler of one thread; prints "value unit",
//! and "- -" for a job that it does not have.
//!
//! The jobs are those of peertasks that have the same name.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, Notify};
use tokio::task::{spawn, yield_now};

fn per(start: Instant, n: u64) {
    println!("{:.2} ns", start.elapsed().as_nanos() as f64 / n as f64);
}

async fn give_way(n: u64) {
    for _ in 0..n {
        yield_now().await;
    }
}

async fn gather<F: Future<Output = ()> + Send + 'static>(n: u64, mut make: impl FnMut() -> F) {
    let tasks: Vec<_> = (0..n).map(|_| spawn(make())).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn spawned() {
    let start = Instant::now();
    for _ in 0..1000 {
        gather(1000, || async {}).await;
    }
    per(start, 1_000_000);
}

/// Each round trip has a future of its own for the way back.
async fn ping_pong() {
    const N: u64 = 1_000_000;
    let (ping, mut pings) = mpsc::unbounded_channel::<oneshot::Sender<()>>();
    let start = Instant::now();
    let echo = spawn(async move {
        while let Some(pong) = pings.recv().await {
            pong.send(()).unwrap();
        }
    });
    for _ in 0..N {
        let (pong, back) = oneshot::channel();
        ping.send(pong).unwrap();
        back.await.unwrap();
    }
    drop(ping);
    echo.await.unwrap();
    per(start, N);
}

async fn queue(size: usize) {
    const N: u64 = 2_000_000;
    let (put, mut get) = mpsc::channel(size);
    let start = Instant::now();
    let producer = spawn(async move {
        for i in 0..N {
            put.send(i).await.unwrap();
        }
    });
    for _ in 0..N {
        get.recv().await.unwrap();
    }
    producer.await.unwrap();
    per(start, N);
}

async fn timers(n: u64) {
    let mut random: u64 = 88_172_645_463_325_252;
    let start = Instant::now();
    gather(n, || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        tokio::time::sleep(Duration::from_nanos(random % 100_000_000))
    })
    .await;
    println!("{:.4} s", start.elapsed().as_secs_f64());
}

/// A thread posts n times, and waits for an answer after each if it is to.
async fn posts(n: u64, answered: bool) {
    let (post, mut posted) = mpsc::unbounded_channel();
    let (answer, answers) = std::sync::mpsc::channel();
    let start = Instant::now();
    let thread = std::thread::spawn(move || {
        for _ in 0..n {
            post.send(()).unwrap();
            if answered {
                answers.recv().unwrap();
            }
        }
    });
    while posted.recv().await.is_some() {
        if answered {
            answer.send(()).unwrap();
        }
    }
    thread.join().unwrap();
    per(start, n);
}

async fn memory() {
    const N: u64 = 100_000;
    let before = resident();
    let never = Arc::new(Notify::new());
    let tasks: Vec<_> = (0..N)
        .map(|_| {
            let never = never.clone();
            spawn(async move { never.notified().await })
        })
        .collect();
    give_way(2000).await; // the scheduler polls only so many between two yields
    println!("{:.0} B", (resident() - before) / N as f64);
    never.notify_waiters();
    for task in tasks {
        task.await.unwrap();
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) * 1024.0
}

async fn run(job: String) {
    let start = Instant::now();
    match job.as_str() {
        "a_yield1" => {
            give_way(5_000_000).await;
            per(start, 5_000_000);
        }
        "b_yield1000" => {
            gather(1000, || give_way(3000)).await;
            per(start, 3_000_000);
        }
        "c_spawn" => spawned().await,
        "d_pingpong" => ping_pong().await,
        "e_queue1" => queue(1).await,
        "e_queue128" => queue(128).await,
        "f_timers1e5" => timers(100_000).await,
        "f_timers1e6" => timers(1_000_000).await,
        "h_latency" => posts(100_000, true).await,
        "h_throughput" => posts(1_000_000, false).await,
        "i_mem" => memory().await,
        "none" => {}
        _ => println!("- -"),
    }
}

fn main() {
    let Some(job) = std::env::args().nth(1) else {
        eprintln!("usage: tasks JOB");
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // In a task of its own, as block_on's future is polled in another, slower way.
    runtime.block_on(async { spawn(run(job)).await.unwrap() });
}
