using ClinicPortal.Modules.Notifications.Contracts;
using MimeKit;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>Turns a mail into its bytes. Nothing that somebody typed reaches a header as more than one value.</summary>
internal static class MailMessage
{
    public static MimeMessage Of(Mail mail, string from, DateTimeOffset now)
    {
        var sender = Address(from);
        return new MimeMessage
        {
            From = { sender },
            To = { Address(mail.To) },
            Subject = OneLine(mail.Subject),
            Date = now,
            MessageId = $"{mail.Id:N}@{sender.Domain}",
            Headers = { { "Auto-Submitted", "auto-generated" } },
            Body = new TextPart("plain") { Text = mail.Text },
        };
    }

    private static MailboxAddress Address(string text) =>
        MailAddresses.IsPlain(text) ? new MailboxAddress("", text) : throw new FormatException("Not one plain mail address.");

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
