using System.Diagnostics;
using System.Net.Http.Headers;
using ClinicPortal.Benchmarks.Desk;
using ClinicPortal.Benchmarks.Serving;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Audit;

internal sealed record ReadCost(double RecordedMicroseconds, double UnrecordedMicroseconds)
{
    public double EntryMicroseconds => RecordedMicroseconds - UnrecordedMicroseconds;

    public double Share => EntryMicroseconds / RecordedMicroseconds;
}

/// <summary>Reads patients one after the other, in turn with and without their entry.</summary>
internal sealed class RecordedReads : IDisposable
{
    private readonly HttpClient http;

    public RecordedReads(int port)
    {
        http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secrets.KeyOf(0));
    }

    public async Task<ReadCost> MeasureAsync(int reads, CancellationToken cancellationToken)
    {
        var (recorded, unrecorded) = (new double[reads], new double[reads]);
        for (var i = 0; i < reads; i++)
        {
            var patient = SiteIds.Patient(0, i % 1_000);
            // Each goes first as often as the other.
            if (i % 2 == 0)
            {
                recorded[i] = await ReadAsync(EntryCost.Recorded(patient), cancellationToken);
                unrecorded[i] = await ReadAsync(EntryCost.Unrecorded(patient), cancellationToken);
            }
            else
            {
                unrecorded[i] = await ReadAsync(EntryCost.Unrecorded(patient), cancellationToken);
                recorded[i] = await ReadAsync(EntryCost.Recorded(patient), cancellationToken);
            }
        }
        return new ReadCost(Pair.Median(recorded), Pair.Median(unrecorded));
    }

    public void Dispose() => http.Dispose();

    private async Task<double> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await http.GetAsync(path, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        return response.IsSuccessStatusCode ? took : throw new InvalidOperationException($"GET {path} answered {(int)response.StatusCode}");
    }
}
