//! What a person asks at 2 a.m., when one of the hosts is the problem.

use std::net::TcpListener;

use serde_json::Value;

use crate::harness::Lab;

#[test]
fn status_shows_the_hosts_that_answer_beside_the_one_that_does_not() {
    let mut lab = Lab::live(&["web1", "web2"]);
    lab.hosts[1].port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    lab.configure("");
    let outcome = lab.run(&["status", "test"]).exits(4);
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let hosts = answer["data"]["hosts"].as_array().unwrap();
    assert_eq!(hosts[0]["live"], lab.hosts[0].live());
    assert_eq!(hosts[0]["problem"], Value::Null);
    let problem = format!("port {} is closed on 127.0.0.1", lab.hosts[1].port);
    assert_eq!(hosts[1]["problem"], problem);
}
