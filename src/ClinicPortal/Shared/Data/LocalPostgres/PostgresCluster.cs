using System.Globalization;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>The cluster in a data directory: made, started and stopped with PostgreSQL's own programs.</summary>
internal sealed class PostgresCluster
{
    // Larger than any process number.
    private const string NoProcess = "2147483647";

    private readonly string _dataDirectory;
    private readonly string _directory;
    private readonly PostgresBinaries _binaries;

    private PostgresCluster(string dataDirectory, PostgresBinaries binaries, ServerAccount account, ClusterAccess access)
    {
        (_dataDirectory, _directory) = (dataDirectory, DirectoryIn(dataDirectory));
        (_binaries, Account, Access) = (binaries, account, access);
    }

    public ServerAccount Account { get; }

    public ClusterAccess Access { get; private set; }

    public int Major => _binaries.Major;

    /// <summary>The cluster in the data directory, made if there is none, with the programs and account that fit it.</summary>
    public static async Task<PostgresCluster> OpenAsync(
        LocalPostgresOptions options, ILogger log, CancellationToken cancellationToken)
    {
        var account = await ServerAccount.ForAsync(DirectoryIn(options.DataDirectory), cancellationToken);
        if (!await account.CanEnterAsync(options.DataDirectory, cancellationToken))
        {
            throw new PortalDatabaseException(
                $"PostgreSQL runs as the account {account}, which cannot enter the data directory {options.DataDirectory}. "
                + "Choose another with --DataDirectory, such as /var/lib/clinicportal.");
        }

        var major = MajorIn(options.DataDirectory);
        var binaries = await PostgresBinaries.FindAsync(options, major, log, cancellationToken);
        var access = ClusterAccess.Load(options.DataDirectory);
        if (access is null && major is not null)
        {
            throw new PortalDatabaseException(
                $"{options.DataDirectory} holds a database but not the postgres.json with its passwords. Put it back, "
                + "or choose another directory with --DataDirectory.");
        }

        var cluster = new PostgresCluster(options.DataDirectory, binaries, account, access ?? ClusterAccess.Create());
        cluster.Access.Save(options.DataDirectory);
        await cluster.PrepareAsync(major, cancellationToken);
        return cluster;
    }

    /// <summary>Remembers another port, which the next start listens on or a running server already does.</summary>
    public void MoveToPort(int port)
    {
        Access = Access with { Port = port };
        Access.Save(_dataDirectory);
    }

    public Postmaster? FindPostmaster() => Postmaster.Find(_directory);

    /// <summary>Starts the server and returns when it accepts connections, or with the reason why it does not.</summary>
    public async Task<CommandResult> StartAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await ForgetDeadPostmasterAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        PostgresSettings.Write(_dataDirectory, Access.Port);
        var startLog = Path.Combine(_directory, "start.log");
        File.Delete(startLog);
        // pg_ctl starts it in a session of its own: Ctrl-C in the terminal would otherwise stop it before the
        // application has answered the requests it is working on.
        var start = await Account.RunAsync(
            _binaries["pg_ctl"],
            [
                "start", "--pgdata", _directory, "--wait", "--timeout", Seconds(timeout), "--silent", "--log", startLog,
                "--options", $"-c config_file={PostgresSettings.FileName}",
            ],
            _dataDirectory,
            // Killed half-way, pg_ctl would leave a server behind that has not written its number yet.
            CancellationToken.None);
        return start.Succeeded ? start : start with { Output = LastWords(start.Output, startLog) };
    }

    /// <summary>Ends sessions and stops the server; cuts it off if that takes too long.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        foreach (var mode in (string[])["fast", "immediate"])
        {
            if (FindPostmaster() is null)
            {
                return;
            }

            await Account.RunAsync(
                _binaries["pg_ctl"],
                ["stop", "--pgdata", _directory, "--wait", "--timeout", Seconds(timeout), "--silent", "--mode", mode],
                _dataDirectory,
                CancellationToken.None);
        }
    }

    private static string DirectoryIn(string dataDirectory) => Path.Combine(dataDirectory, "pg");

    /// <returns>The major version that made the cluster; null if there is none.</returns>
    private static int? MajorIn(string dataDirectory)
    {
        var version = Path.Combine(DirectoryIn(dataDirectory), "PG_VERSION");
        return File.Exists(version) ? int.Parse(File.ReadAllText(version), CultureInfo.InvariantCulture) : null;
    }

    private async Task PrepareAsync(int? major, CancellationToken cancellationToken)
    {
        if (major is null)
        {
            await InitialiseAsync(cancellationToken);
        }
        else if (!await Account.OwnsAsync(_directory, cancellationToken))
        {
            // Root put it back from a backup.
            await Account.TakeOverAsync(_directory, cancellationToken);
        }
    }

    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        // Complete before it bears its name, so that an interrupted initdb is never taken for a cluster.
        var partial = _directory + ".partial";
        var passwordFile = Path.Combine(_dataDirectory, "initdb-password");
        try
        {
            PrivateFile.Write(passwordFile, Access.SuperuserPassword);
            await Account.TakeOverAsync(passwordFile, cancellationToken);
            var initdb = new CommandResult(1, "");
            foreach (var locale in Locales())
            {
                if (Directory.Exists(partial))
                {
                    Directory.Delete(partial, recursive: true);
                }

                CreatePrivateDirectory(partial);
                await Account.TakeOverAsync(partial, cancellationToken);
                initdb = await Account.RunAsync(
                    _binaries["initdb"],
                    [
                        "--pgdata", partial, "--username", ClusterAccess.Superuser, "--pwfile", passwordFile,
                        "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums",
                        "--encoding=UTF8", .. locale,
                    ],
                    _dataDirectory,
                    cancellationToken);
                if (initdb.Succeeded)
                {
                    Directory.Move(partial, _directory);
                    return;
                }
            }

            throw new PortalDatabaseException($"PostgreSQL's initdb failed in {_dataDirectory}: {initdb.Output}");
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>From PostgreSQL 17 on the same rules everywhere; before, what the system has.</summary>
    private string[][] Locales() => _binaries.Major >= 17
        ? [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
        : [["--locale=C.UTF-8"], ["--locale=C"]];

    /// <summary>
    /// PostgreSQL refuses to start while a process has the number that a killed postmaster left behind, whatever
    /// program that is now. Only the number is replaced: the file also names the shared memory, by which PostgreSQL
    /// waits for sessions of the killed postmaster that still write.
    /// </summary>
    private async Task ForgetDeadPostmasterAsync(CancellationToken cancellationToken)
    {
        var pidFile = Postmaster.PidFile(_directory);
        // On Windows PostgreSQL asks the process itself.
        if (File.Exists(pidFile) && !OperatingSystem.IsWindows())
        {
            // As the account that owns the directory: root must not follow a link that somebody may have put there.
            await Account.RunAsync("sed", ["-i.dead", $"1s/.*/{NoProcess}/", pidFile], _dataDirectory, cancellationToken);
        }
    }

    private static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string LastWords(string output, string startLog)
    {
        var logs = new DirectoryInfo(Path.Combine(_directory, "log"));
        var newest = logs.Exists ? logs.EnumerateFiles().MaxBy(file => file.LastWriteTimeUtc)?.FullName : null;
        var words = from file in (string?[])[startLog, newest]
                    where File.Exists(file)
                    select string.Join(Environment.NewLine, File.ReadLines(file).TakeLast(8));
        return string.Join(Environment.NewLine, [output, .. words]);
    }

    private static string Seconds(TimeSpan time) =>
        Math.Max(1, Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
