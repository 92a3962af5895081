using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;

namespace ClinicPortal.Modules.Notifications;

/// <summary>Says at the start where mails go when it is not to a mail server.</summary>
internal sealed class MailSetup(IMailGateway gateway, ILogger<MailSetup> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (gateway is MailFiles files)
        {
            logger.LogInformation("No mail server is configured (Mail:Host): mails are written to {Folder}", files.Folder);
        }
        else if (gateway is NoMail)
        {
            logger.LogError("No mail server is configured (Mail:Host): invitations, reminders and links cannot be sent and stay as failed work");
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
