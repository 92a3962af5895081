using System.Diagnostics;
using System.Text.Json;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>npm's <c>oidc-provider</c>, as an association could run it, on a socket of this machine. It ends with its input.</summary>
public sealed class OidcProviderProcess : IAsyncDisposable
{
    public const string ClientId = "clinicportal";
    public const string ClientSecret = "known to provider & portal";

    private const string Announcement = "listening ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;

    private OidcProviderProcess(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    /// <param name="now">Its clock stands still like the portal's.</param>
    /// <param name="resource">The receiver of the access tokens that it makes.</param>
    public static async Task<OidcProviderProcess> StartAsync(DateTimeOffset now, Uri redirectUri, string resource, bool secondFactor = true)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "OidcProvider");
        var process = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                Path.GetFullPath(Path.Combine(folder, "provider.mjs")),
                JsonSerializer.Serialize(new
                {
                    now = now.ToUnixTimeMilliseconds(), redirectUri, clientId = ClientId, clientSecret = ClientSecret, secondFactor, resource,
                }),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                return new OidcProviderProcess(process, line[Announcement.Length..]);
            }
        }
        throw new InvalidOperationException($"The provider ended with {process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
