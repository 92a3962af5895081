using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ClinicPortal.Modules.Notifications.Contracts;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>Hands mails to the configured server by SMTP, each in a conversation of its own.</summary>
internal sealed class SmtpMail(IOptions<MailOptions> options, TimeProvider clock) : IMailGateway
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DoneWithin = TimeSpan.FromSeconds(30);

    public async Task SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var message = MailMessage.Of(mail, settings.From, clock.GetUtcNow());
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(DoneWithin);
        using var smtp = new SmtpClient { Timeout = (int)AnswerWithin.TotalMilliseconds };
        if (settings.Certificate is { Length: > 0 } file)
        {
            using var known = X509CertificateLoader.LoadCertificateFromFile(file);
            var thumbprint = known.GetCertHashString();
            smtp.ServerCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == thumbprint;
        }
        try
        {
            await smtp.ConnectAsync(settings.Host!, settings.Port, Security(settings.Tls), deadline.Token);
            if (settings.User is { Length: > 0 } user)
            {
                await smtp.AuthenticateAsync(user, settings.Password ?? "", deadline.Token);
            }
            await smtp.SendAsync(message, deadline.Token);
            await smtp.DisconnectAsync(quit: true, deadline.Token);
        }
        catch (SmtpCommandException refused)
        {
            // The server's words may quote the address.
            throw new MailRefusedException($"The mail server refused: {refused.ErrorCode}, {(int)refused.StatusCode}.");
        }
        catch (Exception failure) when (IsOfTheConnection(failure) && !cancellationToken.IsCancellationRequested)
        {
            throw new MailRefusedException($"The mail server could not be used: {failure.GetType().Name}.", failure);
        }
    }

    private static bool IsOfTheConnection(Exception failure) => failure is
        SocketException or IOException or SslHandshakeException or AuthenticationException or ProtocolException or ServiceNotAuthenticatedException
        or NotSupportedException or TimeoutException or OperationCanceledException;

    private static SecureSocketOptions Security(MailTls tls) => tls switch
    {
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        MailTls.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
