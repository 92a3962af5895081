using System.Text;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Data.LocalPostgres;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>For Development without a service for short messages: each is a text file.</summary>
internal sealed class SmsFiles(IConfiguration configuration, IHostEnvironment environment) : ISmsGateway
{
    public string Folder { get; } = Path.Combine(LocalPostgresOptions.From(configuration, environment).DataDirectory, "sms");

    public async Task SendAsync(Sms sms, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(
            Path.Combine(Folder, $"{sms.Id:N}.txt"), $"To: {MobileNumbers.International(sms.To)}\n\n{sms.Text}\n", Encoding.UTF8, cancellationToken);
    }
}

/// <summary>An installation without such a service: nothing is lost in silence, it stays as work that failed.</summary>
internal sealed class NoSms : ISmsGateway
{
    public Task SendAsync(Sms sms, CancellationToken cancellationToken) =>
        throw new SmsRefusedException("No service for short messages is configured (Sms:Account).");
}
