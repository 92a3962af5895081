using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Notifications;

/// <summary>What leaves the portal for people who are not looking at it: mails.</summary>
public static class NotificationsModule
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration) => services
        .AddHostedService<MailSetup>()
        .AddSingleton<MailFiles>()
        .AddSingleton<IMailGateway>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Host is { Length: > 0 } ? ActivatorUtilities.CreateInstance<SmtpMail>(provider)
            : provider.GetRequiredService<IHostEnvironment>().IsDevelopment() ? provider.GetRequiredService<MailFiles>()
            : new NoMail())
        .AddOptions<MailOptions>().Bind(configuration.GetSection("Mail"))
        .Validate(mail => mail.Port is > 0 and <= 65535, "Mail:Port must be a port.")
        .Validate(mail => MailAddresses.IsPlain(mail.From), "Mail:From must be one plain address.")
        .Validate(mail => mail.Certificate is not { Length: > 0 } file || File.Exists(file), "Mail:Certificate must be a file.")
        .ValidateOnStart().Services;
}
