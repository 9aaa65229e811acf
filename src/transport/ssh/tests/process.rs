use std::time::Duration;

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use super::{Lab, exit, run, start, text};
use crate::transport::{Exit, Output};

#[tokio::test]
async fn a_command_gives_its_output_its_errors_and_its_code() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    let (out, err, exit) = run(&connection, "pwd; echo oops >&2; exit 7").await;
    let home = lab.server.home("deploy");
    assert_eq!((out, err, exit), (format!("{}\n", home.display()), "oops\n".to_owned(), Exit::Code(7)));
    assert_eq!(connection.described(), format!("deploy@127.0.0.1 port {}", lab.server.port()));
    assert_eq!((lab.server.logins(), lab.server.sessions()), (1, 1));
}

#[tokio::test]
async fn what_stands_behind_the_first_line_is_the_commands_input() {
    let lab = Lab::start().await;
    let mut process = start(&lab.connect().await, "wc -c; cat >/dev/null").await;
    for _ in 0..20 {
        process.input.send(Bytes::from(vec![b'x'; 1 << 20])).await.unwrap();
    }
    process.input = tokio::sync::mpsc::channel(1).0;
    assert_eq!(process.output.recv().await, Some(Output::Stdout("20971520\n".into())));
    assert_eq!(exit(&mut process).await, Exit::Code(0));
}

#[tokio::test]
async fn a_signal_is_told_by_its_name() {
    let lab = Lab::start().await;
    assert_eq!(run(&lab.connect().await, "kill -KILL $$").await.2, Exit::Signal("KILL".to_owned()));
}

#[tokio::test]
async fn a_command_that_exits_without_reading_ends_the_writing_soon() {
    let lab = Lab::start().await;
    let mut process = start(&lab.connect().await, "exit 3").await;
    let input = process.input.clone();
    let writing = async {
        for _ in 0..20 {
            if input.send(Bytes::from(vec![0; 1 << 20])).await.is_err() {
                return;
            }
        }
    };
    let both = async { tokio::join!(writing, exit(&mut process)).1 };
    assert_eq!(timeout(Duration::from_secs(3), both).await.unwrap(), Exit::Code(3));
}

#[tokio::test]
async fn a_slow_reader_holds_up_nobody_and_loses_nothing() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    let mut flood = start(&connection, "head -c 50000000 /dev/zero").await;
    sleep(Duration::from_millis(300)).await;
    let other = timeout(Duration::from_secs(3), run(&connection, "echo alive")).await.unwrap();
    assert_eq!(other, text("alive\n", 0));
    let mut size = 0;
    let exit = loop {
        match flood.output.recv().await.unwrap() {
            Output::Stdout(bytes) => size += bytes.len(),
            Output::Stderr(bytes) => panic!("{bytes:?}"),
            Output::Exit(exit) => break exit,
        }
    };
    assert_eq!((size, exit), (50_000_000, Exit::Code(0)));
}

#[tokio::test]
async fn much_flows_both_ways_at_once() {
    let lab = Lab::start().await;
    let mut process = start(&lab.connect().await, "cat").await;
    let input = process.input.clone();
    process.input = tokio::sync::mpsc::channel(1).0;
    let writing = async move {
        for _ in 0..40 {
            input.send(Bytes::from(vec![1; 1 << 20])).await.unwrap();
        }
    };
    let reading = async {
        let mut size = 0;
        while let Some(Output::Stdout(bytes)) = process.output.recv().await {
            size += bytes.len();
        }
        size
    };
    let both = async { tokio::join!(writing, reading).1 };
    assert_eq!(timeout(Duration::from_secs(20), both).await.unwrap(), 40 << 20);
}

#[tokio::test]
async fn a_dropped_process_is_ended_on_the_host() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    let mut process = start(&connection, "trap 'echo > ended; exit' TERM; echo ready; sleep 60 & wait").await;
    assert_eq!(process.output.recv().await, Some(Output::Stdout("ready\n".into())));
    drop(process);
    connection.close().await;
    assert!(lab.server.home("deploy").join("ended").exists());
}

#[tokio::test]
async fn more_processes_than_sessions_wait_for_their_turn() {
    let lab = Lab::with(|options| options.max_sessions = 2).await;
    let connection = lab.connect().await;
    let runs = (0..6).map(|number| {
        let connection = connection.clone();
        async move { run(&connection, &format!("sleep 0.1; echo {number}")).await.0 }
    });
    let outputs = futures::future::join_all(runs).await;
    assert_eq!(outputs, ["0\n", "1\n", "2\n", "3\n", "4\n", "5\n"]);
}

#[tokio::test]
async fn a_closed_connection_starts_nothing() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    connection.close().await;
    let error = connection.start().await.unwrap_err();
    assert!(error.to_string().starts_with("cannot start a command: "), "{error}");
}
