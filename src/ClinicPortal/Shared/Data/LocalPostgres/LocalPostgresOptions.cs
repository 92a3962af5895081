namespace ClinicPortal.Shared.Data.LocalPostgres;

public sealed record LocalPostgresOptions
{
    /// <summary>
    /// Full path of the directory that holds <c>pg</c> (the cluster), <c>postgres.json</c> (port and passwords) and,
    /// when they had to be fetched, <c>postgres-binaries</c>.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>Use the npm package's binaries even where PostgreSQL is installed.</summary>
    public bool IgnoreSystemBinaries { get; init; }

    /// <summary>How long a start may take, crash recovery and the end of a previous postmaster included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a fast shutdown may take before sessions are cut and the next start recovers.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public static LocalPostgresOptions From(IConfiguration configuration, IHostEnvironment environment) => new()
    {
        DataDirectory = configuration["DataDirectory"] is { Length: > 0 } configured
            ? Path.GetFullPath(configured)
            : DefaultDataDirectory(environment.ContentRootPath),
        IgnoreSystemBinaries = configuration.GetValue<bool>("LocalPostgres:IgnoreSystemBinaries"),
    };

    private static string DefaultDataDirectory(string contentRoot)
    {
        var root = CheckoutOf(contentRoot) ?? contentRoot;
        // Root hands PostgreSQL to an unprivileged account, which cannot enter a checkout below a closed home.
        return ServerAccount.IsNeeded && !IsOpenToEveryone(root)
            ? "/var/lib/clinicportal"
            : Path.Combine(root, ".data");
    }

    private static string? CheckoutOf(string contentRoot)
    {
        for (var directory = new DirectoryInfo(contentRoot); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ClinicPortal.sln")))
            {
                return directory.FullName;
            }
        }

        return null;
    }

    private static bool IsOpenToEveryone(string path)
    {
        for (var directory = new DirectoryInfo(path); directory is not null; directory = directory.Parent)
        {
            if (!OperatingSystem.IsWindows() && !directory.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
