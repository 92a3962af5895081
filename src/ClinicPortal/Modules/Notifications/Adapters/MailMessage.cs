using ClinicPortal.Modules.Notifications.Contracts;
using MimeKit;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>Turns a mail into its bytes. Nothing that somebody typed reaches a header as more than one value.</summary>
internal static class MailMessage
{
    /// <summary>RFC 5321, 4.5.3.1: the longest path.</summary>
    private const int LongestAddress = 254;

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

    /// <summary>Exactly one address: no name, no list, no comment, no line break.</summary>
    public static bool IsAddress(string? text) =>
        text is { Length: > 2 and <= LongestAddress }
        && text.All(c => c is > ' ' and <= '~' and not ('<' or '>' or '(' or ')' or ',' or ';' or ':' or '"' or '\\' or '[' or ']'))
        && MailboxAddress.TryParse(text, out var address) && address.Address == text
        && text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@');

    private static MailboxAddress Address(string text) =>
        IsAddress(text) ? new MailboxAddress("", text) : throw new FormatException("Not one plain mail address.");

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
