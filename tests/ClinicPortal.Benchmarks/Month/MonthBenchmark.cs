using System.Globalization;
using System.Text.Json;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Month;

/// <param name="Clinics">Of one association.</param>
/// <param name="Lines">On each clinic's invoice.</param>
/// <param name="Pdfs">To print; 0 where there is no Chromium.</param>
/// <param name="JsonPath">A file for the JSON as well.</param>
internal sealed record MonthOptions(int Clinics, int Lines, int Pdfs, string? JsonPath)
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/ClinicPortal.Benchmarks -- month [options]
          --clinics N     of one association (10000)
          --lines N       on each clinic's invoice: the month's base, and visits (100)
          --pdfs N        to print afterwards; 0 for none (20)
          --json FILE     also writes the JSON there
        """;

    public static MonthOptions? Parse(string[] args)
    {
        var options = new MonthOptions(10_000, 100, 20, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, CultureInfo.InvariantCulture, out var number);
            var read = args[i] switch
            {
                "--clinics" when number > 0 => options with { Clinics = number },
                "--lines" when number > 1 => options with { Lines = number },
                "--pdfs" when isNumber && number >= 0 => options with { Pdfs = number },
                "--json" when value.Length > 0 => options with { JsonPath = value },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }
            options = read;
        }
        return options;
    }
}

/// <summary>
/// How long an association's month-end takes, from what was used to issued invoices: priced, lines written, drafted, numbered and issued, by the portal's own
/// background work; beside the same rows written by COPY into tables with the same indexes and nothing else. Then how fast the invoices come into the books, and
/// how many PDFs a second are printed.
/// </summary>
internal static class MonthBenchmark
{
    private const int Patients = 2_000;

    /// <returns>The exit code: 0, or 2 for options that make no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (MonthOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(MonthOptions.Usage);
            return 2;
        }
        var cancellationToken = CancellationToken.None;
        Console.Error.WriteLine("Filling an association");
        await using var bed = await TestBed.StartAsync(cancellationToken);
        var site = await bed.AddSiteAsync(SiteShape.Of(1, Patients), Patients, cancellationToken);
        await using var month = new MonthSite(site);
        await month.FillAsync(options, cancellationToken);
        await bed.CheckpointAsync(cancellationToken);

        await using var portal = await MonthPortal.StartAsync(site, bed, month, cancellationToken);
        Console.Error.WriteLine("The month is closed");
        var closed = await portal.CloseAsync(cancellationToken);
        await month.CheckAsync(options, cancellationToken);
        await bed.CheckpointAsync(cancellationToken);
        Console.Error.WriteLine("The same rows by COPY");
        var floor = await month.CopyAsync(cancellationToken);
        Console.Error.WriteLine("Into the books");
        var posted = await portal.PostAsync(cancellationToken);
        var pdfs = options.Pdfs > 0 ? await portal.PrintAsync(options.Pdfs, cancellationToken) : (TimeSpan?)null;
        await WriteAsync(options, closed, floor, posted, pdfs, await bed.ReadAsync("SHOW server_version", cancellationToken), await bed.ReadAsync("SHOW fsync", cancellationToken));
        return 0;
    }

    private static async Task WriteAsync(
        MonthOptions options, MonthFigures closed, TimeSpan floor, TimeSpan posted, TimeSpan? pdfs, string postgres, string fsync)
    {
        var pdfsPerSecond = pdfs is { } took ? options.Pdfs / took.TotalSeconds : 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {Environment.ProcessorCount} cores; PostgreSQL {postgres}, fsync {fsync}; one association of {options.Clinics:N0} clinics, {options.Lines} lines each

                                                                portal s   COPY s   ratio
            computed and drafted                              {closed.Drafted.TotalSeconds,10:0.0}
            issued                                            {closed.Issued.TotalSeconds,10:0.0}
            together                                          {closed.Whole.TotalSeconds,10:0.0}{floor.TotalSeconds,9:0.0}{closed.Whole / floor,8:0.0}
            into the books                                    {posted.TotalSeconds,10:0.0}      {options.Clinics / posted.TotalSeconds:0} invoices a second

            highest memory of the portal's process while that was done: {closed.PeakBytes / 1_000_000:N0} MB
            {(pdfs is null ? "" : $"{pdfsPerSecond:0.0} PDFs a second, of {options.Lines} lines each, stored with their JP PINT")}

            """));
        var json = JsonSerializer.Serialize(new
        {
            cores = Environment.ProcessorCount, postgres, fsync, options.Clinics, options.Lines, drafted = closed.Drafted.TotalSeconds, issued = closed.Issued.TotalSeconds,
            whole = closed.Whole.TotalSeconds, copyFloor = floor.TotalSeconds, ratio = closed.Whole / floor, posted = posted.TotalSeconds, closed.PeakBytes, pdfsPerSecond,
        }, JsonSerializerOptions.Web);
        Console.WriteLine(json);
        if (options.JsonPath is { } path)
        {
            await File.WriteAllTextAsync(path, json);
        }
    }
}
