using System.ComponentModel;
using System.Diagnostics;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>Runs a program to its end and keeps what it said.</summary>
internal static class Command
{
    private const int NotFound = 127;

    /// <returns>Exit code 127 when there is no such program, as a shell has it.</returns>
    public static async Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // On Windows a console of its own keeps Ctrl-C away from the server.
            CreateNoWindow = true,
        };
        // Messages in one language, and no locale on macOS that would make the postmaster multithreaded.
        start.Environment["LC_ALL"] = "C";

        Process process;
        try
        {
            process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        }
        catch (Win32Exception exception)
        {
            return new CommandResult(NotFound, $"{program}: {exception.Message}");
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }

            // A server left behind on Windows inherits the pipes and never closes them.
            var said = Task.WhenAll(output, errors);
            await Task.WhenAny(said, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
            return new CommandResult(
                process.ExitCode, said.IsCompletedSuccessfully ? string.Concat(said.Result).Trim() : "");
        }
    }
}

internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
