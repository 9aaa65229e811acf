use std::time::Duration;

use bytes::Bytes;
use tokio::time::{sleep, timeout};

use super::{Lab, exit, run, start, text};
use crate::transport::ssh::{Cause, connect};
use crate::transport::{Exit, Output};

const SOON: Duration = Duration::from_secs(4);

#[tokio::test]
async fn a_frozen_link_is_noticed_by_keepalives() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    let mut process = start(&connection, "sleep 60").await;
    sleep(Duration::from_millis(100)).await;
    lab.server.freeze();
    let exit = timeout(SOON, exit(&mut process)).await.unwrap();
    assert_eq!(exit, Exit::Lost("no answer for 0.6 s".to_owned()));
    let error = timeout(SOON, connection.start()).await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "cannot start a command: no answer for 0.6 s");
}

#[tokio::test]
async fn an_upload_into_a_frozen_link_ends_too() {
    let lab = Lab::start().await;
    let mut process = start(&lab.connect().await, "cat >/dev/null").await;
    let input = process.input.clone();
    lab.server.freeze();
    let writing = async { while input.send(Bytes::from(vec![0; 1 << 20])).await.is_ok() {} };
    let both = async { tokio::join!(writing, exit(&mut process)).1 };
    let exit = timeout(SOON, both).await.unwrap();
    assert_eq!(exit, Exit::Lost("no answer for 0.6 s".to_owned()));
}

#[tokio::test]
async fn a_short_freeze_and_a_silent_command_do_no_harm() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    let running = tokio::spawn(async move { run(&connection, "sleep 1.2; echo done").await });
    sleep(Duration::from_millis(200)).await;
    lab.server.freeze();
    sleep(Duration::from_millis(250)).await;
    lab.server.thaw();
    assert_eq!(running.await.unwrap(), text("done\n", 0));
}

#[tokio::test]
async fn a_cut_link_is_noticed_and_the_commands_input_ends() {
    let lab = Lab::start().await;
    let mut process = start(&lab.connect().await, "echo ready; cat; echo > input-ended").await;
    assert_eq!(process.output.recv().await, Some(Output::Stdout("ready\n".into())));
    lab.server.cut();
    let exit = timeout(SOON, exit(&mut process)).await.unwrap();
    assert!(
        exit == Exit::Lost("the host closed the connection".to_owned())
            || exit == Exit::Lost("connection reset".to_owned()),
        "{exit:?}"
    );
    assert!(process.input.is_closed() || timeout(SOON, process.input.closed()).await.is_ok());
    sleep(Duration::from_millis(200)).await;
    assert!(lab.server.home("deploy").join("input-ended").exists());
}

#[tokio::test]
async fn a_host_that_refuses_sessions_is_told_by_its_answer() {
    let lab = Lab::start().await;
    let connection = lab.connect().await;
    lab.server.refuse_sessions(true);
    let starting = tokio::spawn(async move { connection.start().await.is_ok() });
    sleep(Duration::from_millis(150)).await;
    lab.server.refuse_sessions(false);
    assert!(timeout(SOON, starting).await.unwrap().unwrap());
}

#[tokio::test]
async fn a_host_that_accepts_and_says_nothing_times_out() {
    let lab = Lab::start().await;
    lab.server.freeze();
    let error = lab.refused(|target| target.connect_timeout = Some(Duration::from_secs(1))).await;
    let port = lab.server.port();
    assert_eq!(error.to_string(), format!("127.0.0.1 port {port} does not answer (1 s)"));
    assert_eq!(error.next()[0].run, format!("ssh -v -p {port} deploy@127.0.0.1"));
}

#[tokio::test]
async fn a_closed_port_is_told_from_a_name_that_does_not_exist() {
    let lab = Lab::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = lab.refused(|target| target.port = Some(free)).await;
    assert_eq!(error.to_string(), format!("port {free} is closed on 127.0.0.1"));
    let error = lab.refused(|target| "no-such-host.invalid".clone_into(&mut target.name)).await;
    assert_eq!(error.to_string(), "no-such-host.invalid does not exist in DNS");
}

#[tokio::test]
async fn a_host_that_hangs_up_at_once_is_no_refused_login() {
    let lab = Lab::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let error = lab.refused(|target| target.port = Some(port)).await;
    assert!(matches!(error.cause, Cause::HungUp(_)), "{error:?}");
    assert_eq!(error.to_string(), format!("127.0.0.1 port {port} hung up before login"));
}

#[tokio::test]
async fn a_slow_link_only_costs_time() {
    let lab = Lab::start().await;
    lab.server.delay(Duration::from_millis(30));
    let connection = connect(&lab.target()).await.unwrap();
    assert_eq!(run(&connection, "echo far").await, text("far\n", 0));
    assert!(connection.login_seconds() > 0.2, "{}", connection.login_seconds());
}
