//! A driver of the AWS SDK for Rust: it resolves credentials when it is told to, as
//! an application's API call would, and prints what the application would see.
//! JSON lines on stdin and stdout.
//!
//! Credentials come from the default chain and pass through the identity cache of a
//! client, as every API call's do. The call itself is signed and goes no further: a
//! connector that answers by itself stands for AWS and reads the key's ID there.

use std::error::Error;
use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_runtime_api::client::http::{
    http_client_fn, HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{json, Value};
use tokio::io::{AsyncBufReadExt, BufReader};

/// The release of aws-config that Cargo.toml pins.
const VERSION: &str = "1.13.0";

/// Answers GetCallerIdentity with the ID of the key that the request is signed with.
#[derive(Debug)]
struct Echo;

impl HttpConnector for Echo {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let signed = request.headers().get("authorization").unwrap_or("");
        let id = signed
            .split_once("Credential=")
            .and_then(|(_, rest)| rest.split('/').next())
            .unwrap_or_default();
        let body = format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>{id}</UserId>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        let answer = http::Response::new(SdkBody::from(body));
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(answer).expect("a valid answer")))
    }
}

/// A client with a cache of its own. The configuration belongs to it too, as in an
/// application that loads its configuration where it builds its client.
struct Client(aws_sdk_sts::Client);

impl Client {
    async fn new() -> Self {
        let config: SdkConfig = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let sts = aws_sdk_sts::config::Builder::from(&config)
            .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Echo)))
            .build();
        Client(aws_sdk_sts::Client::from_conf(sts))
    }

    async fn resolve(&self, n: u64) -> Value {
        match self.0.get_caller_identity().send().await {
            Ok(who) => json!({"result": n, "ok": true, "access_key_id": who.user_id().unwrap_or_default()}),
            Err(err) => json!({"result": n, "ok": false, "error": words(&err)}),
        }
    }
}

/// An error with its causes in a row, as DisplayErrorContext writes them.
fn words(err: &dyn Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text += &format!(": {err}");
        cause = err.source();
    }
    text
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", json!({"protocol": 1, "sdk": "aws-sdk-rust", "version": VERSION}));
    let mut client: Option<Arc<Client>> = None;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.trim().is_empty() {
            continue;
        }
        let ask: Value = match serde_json::from_str(&line) {
            Ok(ask) => ask,
            Err(err) => {
                eprintln!("driver: {err}");
                std::process::exit(2);
            }
        };
        let n = ask["resolve"].as_u64().unwrap_or_default();
        if client.is_none() || ask["client"] == "new" {
            client = Some(Arc::new(Client::new().await));
        }
        let client = client.clone().expect("just built");
        tokio::spawn(async move { println!("{}", client.resolve(n).await) });
    }
    std::process::exit(0);
}
