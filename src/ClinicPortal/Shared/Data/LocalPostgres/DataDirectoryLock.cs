using System.Globalization;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>
/// Held by the one application that owns a data directory. The operating system releases it with the process, so a
/// killed application leaves none behind.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory, which is made if there is none.</summary>
    /// <returns>Null while another process, or another server in this one, holds it.</returns>
    public static DataDirectoryLock? TryTake(string dataDirectory)
    {
        try
        {
            Create(dataDirectory);
            var file = new FileStream(
                Path.Combine(dataDirectory, "application.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // In a file of its own, because the locked one cannot be read by those who are refused.
            File.WriteAllText(HolderFile(dataDirectory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectoryLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new PortalDatabaseException(
                $"The account {Environment.UserName} may not write in the data directory {dataDirectory}. Choose another "
                + "with --DataDirectory, or configure ConnectionStrings:Portal and ConnectionStrings:PortalOwner.",
                exception);
        }
        catch (IOException exception) when (IsHeldLock(exception))
        {
            return null;
        }
        catch (IOException exception)
        {
            throw new PortalDatabaseException(
                $"The data directory {dataDirectory} cannot be used: {exception.Message} Choose another with --DataDirectory.",
                exception);
        }
    }

    public static PortalDatabaseException Refusal(string dataDirectory)
    {
        var holder = File.Exists(HolderFile(dataDirectory)) ? File.ReadAllText(HolderFile(dataDirectory)) : "unknown";
        return new PortalDatabaseException(
            $"The data directory {dataDirectory} is in use by another running application (process {holder}). Stop it, "
            + "choose another directory with --DataDirectory, or, to run a further node on the same database, configure "
            + "ConnectionStrings:Portal and ConnectionStrings:PortalOwner.");
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The system's own number: EWOULDBLOCK on Linux (11) and macOS (35), a sharing violation on Windows (32).</summary>
    private static bool IsHeldLock(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 35 or 32;

    private static void Create(string dataDirectory)
    {
        if (Directory.Exists(dataDirectory))
        {
            return;
        }

        Directory.CreateDirectory(dataDirectory);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            // The account that the server runs as under root passes through to its own part.
            File.SetUnixFileMode(
                dataDirectory,
                ServerAccount.IsNeeded ? Own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : Own);
        }
    }

    private static string HolderFile(string dataDirectory) => Path.Combine(dataDirectory, "application.pid");
}
