using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>For Development without a mail server: each mail is a file that a mail program opens.</summary>
internal sealed class MailFiles(
    IOptions<MailOptions> options, IConfiguration configuration, IHostEnvironment environment, TimeProvider clock) : IMailGateway
{
    public string Folder { get; } = Path.Combine(LocalPostgresOptions.From(configuration, environment).DataDirectory, "mail");

    public async Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var message = MailMessage.Of(mail, options.Value.From, clock.GetUtcNow());
        Directory.CreateDirectory(Folder);
        await message.WriteToAsync(Path.Combine(Folder, $"{mail.Id:N}.eml"), cancellationToken);
    }
}
