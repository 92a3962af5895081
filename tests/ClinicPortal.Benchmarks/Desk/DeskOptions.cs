using System.Globalization;

namespace ClinicPortal.Benchmarks.Desk;

/// <param name="Seconds">Of each measurement.</param>
/// <param name="Rounds">Each measures everything once; figures are the medians of the rounds.</param>
/// <param name="Associations">One site for each number.</param>
/// <param name="Patients">In each site.</param>
/// <param name="Only">Cases, board or live: what to measure.</param>
/// <param name="JsonPath">A file for the JSON as well.</param>
/// <param name="Quick">Shows that everything runs and is right; says nothing about time and asserts nothing about it.</param>
internal sealed record DeskOptions(double Seconds, int Rounds, IReadOnlyList<int> Associations, int Patients, IReadOnlyList<string> Only, string? JsonPath, bool Quick)
{
    public const int Clients = 16;
    public const int Browsers = 20;
    public const int PostsPerSecond = 20;

    public const string Usage = """
        usage: dotnet run -c Release --project tests/ClinicPortal.Benchmarks -- desk [options]
          --seconds N     of each measurement (3)
          --rounds N      interleaved rounds whose median counts (5)
          --sites A,B,…   associations of each site (1,100,1000)
          --patients N    in each site (200000)
          --only A,B,…    of cases, board, live (all)
          --json FILE     also writes the JSON there
          --quick         one short round on small sites: is everything right? Says nothing about time
        """;

    private static readonly string[] Everything = ["cases", "board", "live"];
    private static readonly DeskOptions Full = new(3, 5, [1, 100, 1000], 200_000, Everything, null, Quick: false);
    private static readonly DeskOptions Small = new(0.5, 1, [1, 20], 2_000, Everything, null, Quick: true);

    /// <returns>Null when they cannot be understood.</returns>
    public static DeskOptions? Parse(string[] args)
    {
        var options = args.Contains("--quick") ? Small : Full;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    continue;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds):
                    options = options with { Seconds = seconds };
                    break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds > 0:
                    options = options with { Rounds = rounds };
                    break;
                case "--sites" when value?.Split(',').Select(v => int.TryParse(v, out var n) ? n : 0).ToArray() is { } sites && sites.All(n => n is > 0 and < 10_000):
                    options = options with { Associations = sites };
                    break;
                case "--patients" when int.TryParse(value, out var patients):
                    options = options with { Patients = patients };
                    break;
                case "--only" when value?.Split(',') is { } only && only.All(Everything.Contains):
                    options = options with { Only = only };
                    break;
                case "--json" when value is not null:
                    options = options with { JsonPath = value };
                    break;
                default:
                    return null;
            }
            i++;
        }
        return options;
    }
}
