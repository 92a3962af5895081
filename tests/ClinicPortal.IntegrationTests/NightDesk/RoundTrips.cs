using System.Diagnostics;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>Counts what one request says to the database: the spans of Npgsql that carry the request's trace.</summary>
internal sealed class RoundTrips : IDisposable
{
    private readonly ActivityTraceId trace = ActivityTraceId.CreateRandom();
    private readonly ActivityListener listener;
    private int count;

    public RoundTrips()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace && activity.Source.Name == "Npgsql" && activity.OperationName != "CONNECT")
                {
                    Interlocked.Increment(ref count);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public int Count => count;

    /// <summary>Puts a request under the watched trace.</summary>
    public HttpRequestMessage Watch(HttpRequestMessage request)
    {
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        return request;
    }

    public void Dispose() => listener.Dispose();
}
