using ClinicPortal.Modules.Notifications.Contracts;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>An installation without a mail server: nothing is lost in silence, it stays as work that failed.</summary>
internal sealed class NoMail : IMailGateway
{
    public Task SendAsync(Mail mail, CancellationToken cancellationToken) =>
        throw new MailRefusedException("No mail server is configured (Mail:Host).");
}
