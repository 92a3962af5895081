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
            Body = Body(mail),
        };
    }

    private static MimeEntity Body(Mail mail)
    {
        MimeEntity[] files = [.. mail.Calendar is { } calendar ? [File(calendar)] : Array.Empty<MimeEntity>(), .. mail.Files.Select(File)];
        if (files.Length == 0)
        {
            return Text(mail);
        }
        var body = new Multipart("mixed") { Text(mail) };
        foreach (var file in files)
        {
            body.Add(file);
        }
        return body;
    }

    private static MimePart File(MailFile file) => new(ContentType.Parse(file.Type))
    {
        Content = new MimeContent(new MemoryStream(file.Content)),
        ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = file.Name },
    };

    private static TextPart Text(Mail mail) => new("plain") { Text = mail.Text };

    private static TextPart File(string calendar)
    {
        var file = new TextPart("calendar") { Text = calendar, ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "appointment.ics" } };
        file.ContentType.Parameters.Add("method", calendar.Contains("METHOD:CANCEL", StringComparison.Ordinal) ? "CANCEL" : "PUBLISH");
        return file;
    }

    private static MailboxAddress Address(string text) =>
        MailAddresses.IsPlain(text) ? new MailboxAddress("", text) : throw new FormatException("Not one plain mail address.");

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
}
