using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Http;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Notifications;

/// <summary>What leaves the portal for people who are not looking at it: mails and short messages.</summary>
public static class NotificationsModule
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration) => services
        .AddHostedService<MailSetup>()
        .AddSingleton<MailFiles>()
        .AddSingleton<IMailGateway>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Host is { Length: > 0 } ? ActivatorUtilities.CreateInstance<SmtpMail>(provider)
            : provider.GetRequiredService<IHostEnvironment>().IsDevelopment() ? provider.GetRequiredService<MailFiles>()
            : new NoMail())
        .AddSms(configuration)
        .AddOptions<MailOptions>().Bind(configuration.GetSection("Mail"))
        .Validate(mail => mail.Port is > 0 and <= 65535, "Mail:Port must be a port.")
        .Validate(mail => MailAddresses.IsPlain(mail.From), "Mail:From must be one plain address.")
        .Validate(mail => mail.Certificate is not { Length: > 0 } file || File.Exists(file), "Mail:Certificate must be a file.")
        .ValidateOnStart().Services;

    private static IServiceCollection AddSms(this IServiceCollection services, IConfiguration configuration) => services
        .AddHttpClient(MessagesApi.Client, client => client.Timeout = TimeSpan.FromSeconds(20)).ToPublicHostsOnly().Services
        .AddSingleton<SmsFiles>()
        .AddSingleton<ISmsGateway>(provider =>
            provider.GetRequiredService<IOptions<SmsOptions>>().Value.Account is { Length: > 0 } ? ActivatorUtilities.CreateInstance<MessagesApi>(provider)
            : provider.GetRequiredService<IHostEnvironment>().IsDevelopment() ? provider.GetRequiredService<SmsFiles>()
            : new NoSms())
        .AddOptions<SmsOptions>().Bind(configuration.GetSection("Sms"))
        .Validate(sms => Uri.TryCreate(sms.Api, UriKind.Absolute, out var api) && (api.Scheme is "https" or "http"), "Sms:Api must be an address.")
        .Validate(sms => string.IsNullOrEmpty(sms.Account) || sms is { Token.Length: > 0, From.Length: > 0 }, "Sms:Token and Sms:From belong to Sms:Account.")
        .ValidateOnStart().Services;
}
