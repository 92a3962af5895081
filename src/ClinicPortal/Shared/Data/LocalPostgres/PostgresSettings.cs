using System.Globalization;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>
/// The server's settings, beside the cluster rather than in it: they are written anew at every start, on top of
/// what initdb found out; an operator's <c>ALTER SYSTEM</c> prevails over them.
/// </summary>
internal static class PostgresSettings
{
    public const string FileName = "postgresql.conf";

    public static void Write(string dataDirectory, int port)
    {
        var path = Path.Combine(dataDirectory, FileName);
        File.WriteAllText(path, Render(port));
        if (!OperatingSystem.IsWindows())
        {
            // The server's account reads it, which may be another than ours.
            File.SetUnixFileMode(
                path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private static string Render(int port) => $"""
        # Written by the application at every start. Change settings with ALTER SYSTEM.
        include = 'pg/postgresql.conf'
        listen_addresses = '127.0.0.1'
        port = {port.ToString(CultureInfo.InvariantCulture)}
        unix_socket_directories = ''
        max_connections = 200
        shared_buffers = 256MB
        effective_cache_size = 1GB
        random_page_cost = 1.1
        fsync = on
        synchronous_commit = on
        wal_compression = on
        max_wal_size = 2GB
        timezone = 'UTC'
        log_timezone = 'UTC'
        # A week of logs, without the values that constraints and parameters carry: they are patients' data.
        logging_collector = on
        log_directory = 'log'
        log_filename = 'postgresql-%a.log'
        log_rotation_age = 1d
        log_rotation_size = 0
        log_truncate_on_rotation = on
        log_line_prefix = '%m [%p] %u@%d '
        log_error_verbosity = terse
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0

        """;
}
