using System.Diagnostics;
using System.Globalization;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>The main process of a running cluster, as its <c>postmaster.pid</c> describes it.</summary>
/// <param name="ProcessId">Its number in the operating system.</param>
/// <param name="Port">0 until it has got so far.</param>
/// <param name="IsReady">False while it starts, recovers or stops.</param>
internal sealed record Postmaster(int ProcessId, int Port, bool IsReady)
{
    private const int PortLine = 3;
    private const int StatusLine = 7;

    public static string PidFile(string clusterDirectory) => Path.Combine(clusterDirectory, "postmaster.pid");

    /// <returns>Null if there is none, although a killed one may have left its file.</returns>
    public static Postmaster? Find(string clusterDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PidFile(clusterDirectory));
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return lines.Length > 0
            && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId)
            && IsPostgres(processId)
            ? new Postmaster(processId, PortIn(lines), lines.ElementAtOrDefault(StatusLine)?.Trim() == "ready")
            : null;
    }

    private static int PortIn(string[] lines) =>
        int.TryParse(lines.ElementAtOrDefault(PortLine), CultureInfo.InvariantCulture, out var port) ? port : 0;

    /// <summary>The number of a postmaster that is gone may have passed to another program since.</summary>
    private static bool IsPostgres(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            return IsPostgresOnLinux(processId);
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == "postgres";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Unlike Process, /proc tells a dead process that nobody has collected yet from a living one.
    private static bool IsPostgresOnLinux(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
            var name = stat.IndexOf("(postgres) ", StringComparison.Ordinal);
            return name >= 0 && stat[name + "(postgres) ".Length] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
