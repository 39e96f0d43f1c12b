//! Traces for a collector of OpenTelemetry, and what ties a request to all that follows from it.
//!
//! Exported over OTLP (HTTP, protobuf) when `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set.
//! The other standard variables hold, too; see <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.

use std::time::Duration;

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider},
};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, Tracer},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::{config::Environment, http::TraceParent};

/// By what name a collector knows the process, unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "momentum";
/// How long the end of the process waits for the last spans to be taken.
const FLUSH_MAX: Duration = Duration::from_secs(3);
/// A span that follows from more requests than this names the first of them.
const LINKS_MAX: u32 = 64;

/// What is exported, from the start of the process to its end.
pub struct Traces(SdkTracerProvider);

/// Why nothing can be exported.
#[derive(Debug, thiserror::Error)]
#[error("traces: {0}")]
pub struct NoExporter(#[from] opentelemetry_otlp::ExporterBuildError);

impl Traces {
    /// As the environment says; none, if it names no collector or switches OpenTelemetry off.
    pub fn of(environment: &Environment) -> Result<Option<Self>, NoExporter> {
        let is_set = |name| environment.get(name).is_some();
        let is_off = environment.get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        if is_off || !["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].into_iter().any(is_set) {
            return Ok(None);
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build()?;
        let resource = Resource::builder();
        let resource = if is_set("OTEL_SERVICE_NAME") { resource } else { resource.with_service_name(SERVICE) };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_max_links_per_span(LINKS_MAX)
            .with_resource(resource.build())
            .build();
        Ok(Some(Self(provider)))
    }

    /// What the log's spans are recorded by.
    pub(crate) fn tracer(&self) -> Tracer {
        self.0.tracer(SERVICE)
    }

    /// Sends what has not been sent, within a bounded time.
    pub fn finish(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(FLUSH_MAX) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the last traces were not taken");
        }
    }
}

/// Makes a span part of the trace that its request came with. Without a collector it does nothing.
pub fn continue_trace(span: &Span, parent: &TraceParent) {
    if let Some(context) = context(parent) {
        // The one failure is that nothing is exported, which is as it was configured.
        let _ = span.set_parent(Context::new().with_remote_span_context(context));
    }
}

/// Ties a span to the request that it follows from, if that is known. Without a collector it does nothing.
pub fn follow_from(span: &Span, parent: Option<&str>) {
    if let Some(context) = parent.and_then(|parent| context(&parent.parse().ok()?)) {
        span.add_link(context);
    }
}

/// The current span, as a `traceparent` for what follows from it; none without a collector.
pub fn current() -> Option<TraceParent> {
    let context = Span::current().context();
    let span = context.span();
    let context = span.span_context();
    let (trace, id, flags) = (context.trace_id(), context.span_id(), context.trace_flags().to_u8());
    context.is_valid().then(|| format!("00-{trace}-{id}-{flags:02x}").parse().ok()).flatten()
}

fn context(parent: &TraceParent) -> Option<SpanContext> {
    let mut fields = parent.as_str().split('-').skip(1);
    let trace = TraceId::from_hex(fields.next()?).ok()?;
    let span = SpanId::from_hex(fields.next()?).ok()?;
    let flags = TraceFlags::new(u8::from_str_radix(fields.next()?, 16).ok()?);
    Some(SpanContext::new(trace, span, flags, true, TraceState::default()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry_sdk::{
        error::OTelSdkResult,
        trace::{SpanData, SpanExporter},
    };
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// Keeps what is exported. The library has one, too, but behind a feature with which all that uses it would be built
    /// once more for tests.
    #[derive(Clone, Debug, Default)]
    struct Kept(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Kept {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().expect("nobody panicked").extend(batch);
            Ok(())
        }
    }

    #[test]
    fn a_span_goes_on_with_the_trace_of_its_request_and_hands_it_on() {
        let kept = Kept::default();
        let traces = Traces(SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build());
        let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let request = tracing::info_span!("request");
            continue_trace(&request, &PARENT.parse().expect("good"));
            let handed_on = request.in_scope(|| current().expect("exported"));
            assert_eq!(handed_on.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
            assert_ne!(handed_on.as_str(), PARENT);
            let later = tracing::info_span!("later");
            follow_from(&later, Some(handed_on.as_str()));
            follow_from(&later, Some("nonsense"));
            follow_from(&later, None);
        });
        let spans = kept.0.lock().expect("nobody panicked");
        let of = |name| spans.iter().find(|span| span.name == name).expect("told");
        assert_eq!(of("request").span_context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(of("request").parent_span_id.to_string(), "00f067aa0ba902b7");
        let linked: Vec<_> = of("later").links.iter().map(|link| link.span_context.span_id()).collect();
        assert_eq!(linked, [of("request").span_context.span_id()]);
    }

    #[test]
    fn without_a_collector_there_is_nothing_to_hand_on() {
        assert!(Traces::of(&Environment::default()).expect("no mistake").is_none());
        tracing::info_span!("request").in_scope(|| assert_eq!(current(), None));
    }
}
