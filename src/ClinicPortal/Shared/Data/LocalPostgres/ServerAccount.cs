namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>
/// The operating-system account that PostgreSQL runs as: the process's own, or an unprivileged one when the process
/// is root, because PostgreSQL refuses to run as root.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly string[] s_unprivileged = ["postgres", "nobody"];

    private readonly string? _name;
    private readonly string[] _launcher;

    private ServerAccount(string? name, string[] launcher) => (_name, _launcher) = (name, launcher);

    public static bool IsNeeded => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The owner of an existing cluster keeps it; a new one goes to <c>postgres</c>, else <c>nobody</c>.</summary>
    public static async Task<ServerAccount> ForAsync(string clusterDirectory, CancellationToken cancellationToken)
    {
        if (!IsNeeded)
        {
            return new ServerAccount(null, []);
        }

        string[] candidates = await OwnerAsync(clusterDirectory, cancellationToken) is { } owner
            ? [owner, .. s_unprivileged]
            : s_unprivileged;
        foreach (var name in candidates)
        {
            if (await LauncherForAsync(name, cancellationToken) is { } launcher)
            {
                return new ServerAccount(name, launcher);
            }
        }

        throw new PortalDatabaseException(
            "PostgreSQL does not run as root, and no unprivileged account (postgres, nobody) can be used from here. "
            + "Start the application as an ordinary user, or configure ConnectionStrings:Portal and ConnectionStrings:PortalOwner.");
    }

    public override string ToString() => _name ?? Environment.UserName;

    public Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        string[] command = [.. _launcher, program, .. arguments];
        return Command.RunAsync(command[0], command[1..], workingDirectory, cancellationToken);
    }

    /// <summary>Whether the account may enter the directory.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken) =>
        _name is null || (await RunAsync("test", ["-x", directory], "/", cancellationToken)).Succeeded;

    public async Task<bool> OwnsAsync(string path, CancellationToken cancellationToken) =>
        _name is null || (await RunAsync("test", ["-O", path], "/", cancellationToken)).Succeeded;

    /// <summary>Gives a file or directory tree to the account.</summary>
    public async Task TakeOverAsync(string path, CancellationToken cancellationToken)
    {
        if (_name is null)
        {
            return;
        }

        var chown = await Command.RunAsync("chown", ["-R", _name, path], "/", cancellationToken);
        if (!chown.Succeeded)
        {
            throw new PortalDatabaseException($"{path} cannot be given to the account {_name}: {chown.Output}");
        }
    }

    private static async Task<string?> OwnerAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return null;
        }

        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%Su"] : ["-c", "%U"];
        var stat = await Command.RunAsync("stat", [.. format, path], "/", cancellationToken);
        return stat.Succeeded && stat.Output is not ("root" or "UNKNOWN") ? stat.Output : null;
    }

    private static async Task<string[]?> LauncherForAsync(string name, CancellationToken cancellationToken)
    {
        var user = await Command.RunAsync("id", ["-u", name], "/", cancellationToken);
        var group = await Command.RunAsync("id", ["-g", name], "/", cancellationToken);
        if (!user.Succeeded || !group.Succeeded)
        {
            return null;
        }

        string[][] launchers =
        [
            ["setpriv", $"--reuid={user.Output}", $"--regid={group.Output}", "--clear-groups", "--"],
            ["runuser", "-u", name, "--"],
            ["sudo", "-n", "-u", name, "--"],
            // su takes one shell line: the shell hands its further words on as they are.
            ["su", "-s", "/bin/sh", name, "-c", "exec \"$0\" \"$@\"", "--"],
        ];
        foreach (var launcher in launchers)
        {
            // Asking each to do nothing also finds the ones that exist but cannot do it (BusyBox, containers).
            if ((await Command.RunAsync(launcher[0], [.. launcher[1..], "true"], "/", cancellationToken)).Succeeded)
            {
                return launcher;
            }
        }

        return null;
    }
}
