//! What is told about the program: lines on standard error, and metrics for Prometheus.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal,
    panic,
    time::Duration,
};

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::ParseError, fmt, fmt::MakeWriter, layer::SubscriberExt, registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::{
    config::{Color, Environment, LogConfig, LogFormat},
    traces::{NoExporter, Traces},
};

/// How often histograms are folded, without which they grow until somebody reads them.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Below this it tells the addresses of requests, in which anything may stand that people write.
const WITHOUT_ADDRESSES: &str = "tower_http::csrf=warn";
/// What the exporter itself does would otherwise be exported again.
const OWN_SPANS: LevelFilter = LevelFilter::INFO;
/// From an answer out of memory to one that is about to be given up.
const SECONDS_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0];

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives cannot be read.
    #[error("log.level: {0}")]
    Level(#[from] ParseError),
    /// Something else took the log first.
    #[error("the log is taken already: {0}")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
    /// Something else took the metrics first.
    #[error("metrics: {0}")]
    Metrics(#[from] BuildError),
    /// Traces have nowhere to go.
    #[error(transparent)]
    Traces(#[from] NoExporter),
}

/// What is told of this process while it runs.
pub struct Telemetry {
    /// The metrics, as they are at any moment.
    pub metrics: PrometheusHandle,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Sends what has not been sent, as the last thing the process does.
    pub async fn finish(self) {
        if let Some(traces) = self.traces {
            // It waits for its own thread. One that fails has told so itself.
            let _ = tokio::task::spawn_blocking(move || traces.finish()).await;
        }
    }
}

/// Starts log, metrics and traces of this process. Called once, within the async runtime, by the program itself.
///
/// Lines go to standard error, so that what a command prints can be piped.
pub fn start(config: &LogConfig, environment: &Environment) -> Result<Telemetry, TelemetryError> {
    let is_terminal = std::io::stderr().is_terminal();
    let filter = EnvFilter::builder().parse(&config.level)?.add_directive(WITHOUT_ADDRESSES.parse()?);
    let lines = lines(config, is_terminal, std::io::stderr).with_filter(filter);
    let traces = Traces::of(environment)?;
    let spans = traces.as_ref().map(|traces| spans(traces).with_filter(OWN_SPANS));
    tracing_subscriber::registry().with(lines).with(spans).try_init()?;
    log_panics();
    let metrics = prometheus()?.install_recorder()?;
    describe();
    tokio::spawn(upkeep(metrics.clone()));
    Ok(Telemetry { metrics, traces })
}

/// The layer that hands spans to the exporter, whatever the log shows of them.
fn spans<S>(traces: &Traces) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_threads(false)
}

/// The layer that writes lines, in the form that is configured.
fn lines<W>(config: &LogConfig, is_terminal: bool, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let is_pretty = match config.format {
        LogFormat::Auto => is_terminal,
        LogFormat::Json => false,
        LogFormat::Pretty => true,
    };
    let has_colors = match config.color {
        Color::Auto => is_terminal,
        Color::Always => true,
        Color::Never => false,
    };
    let layer = fmt::layer().with_writer(writer);
    if is_pretty {
        layer.with_ansi(has_colors).with_target(false).boxed()
    } else {
        // The list holds every span, the current one included.
        layer.json().flatten_event(true).with_current_span(false).boxed()
    }
}

/// A panic is a line of the log like any other.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload_as_str().unwrap_or("without a message");
        let location = info.location().map(ToString::to_string);
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
        tracing::error!(panic = payload, location, backtrace, "panicked");
    }));
}

fn prometheus() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS_BUCKETS)
}

fn describe() {
    describe_counter!("http_requests_total", "Requests answered, by route, method and class of status");
    describe_histogram!("http_request_duration_seconds", Unit::Seconds, "Time until the answer began, by the same");
    describe_gauge!("http_requests_in_flight", "Requests at work");
}

async fn upkeep(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("lines").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(format: LogFormat, color: Color, is_terminal: bool) -> String {
        let config = LogConfig { level: "info".into(), format, color };
        let written = Written::default();
        let sink = written.clone();
        let subscriber = tracing_subscriber::registry().with(lines(&config, is_terminal, move || sink.clone()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("request", request_id = "r1").in_scope(|| tracing::info!(status = 200, "answered"));
        });
        let bytes = written.0.lock().expect("lines").clone();
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn lines_are_json_unless_somebody_looks() {
        let line_of = line(LogFormat::Auto, Color::Auto, false);
        let json: serde_json::Value = serde_json::from_str(&line_of).expect("JSON");
        assert_eq!((&json["message"], &json["status"]), (&"answered".into(), &200.into()));
        assert_eq!(json["spans"][0]["request_id"], "r1");
        assert!(line(LogFormat::Auto, Color::Auto, true).contains('\u{1b}'));
        assert!(serde_json::from_str::<serde_json::Value>(&line(LogFormat::Json, Color::Always, true)).is_ok());
    }

    #[test]
    fn no_color_means_none() {
        let line = line(LogFormat::Pretty, Color::Never, true);
        assert!(!line.contains('\u{1b}') && line.contains("answered status=200"), "{line}");
    }

    #[test]
    fn durations_are_counted_in_buckets() {
        let recorder = prometheus().expect("builder").build_recorder();
        metrics::with_local_recorder(&recorder, || metrics::histogram!("x_seconds").record(0.003));
        assert!(recorder.handle().render().contains("x_seconds_bucket{le=\"0.005\"} 1"));
    }
}
