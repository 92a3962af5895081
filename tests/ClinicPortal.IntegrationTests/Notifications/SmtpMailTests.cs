using System.Text;
using ClinicPortal.Modules.Notifications;
using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using Microsoft.Extensions.Options;

namespace ClinicPortal.IntegrationTests.Notifications;

/// <summary>Conversations with a real mail server.</summary>
public sealed class SmtpMailTests
{
    private static readonly Guid Id = Guid.Parse("0197a000-1111-7222-8333-444455556666");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_GoesOverStartTls_SignedIn_InJapanese()
    {
        var identity = SmtpServer.MakeIdentity();
        await using var server = await SmtpServer.StartAsync(startTls: true, identity, "portal", "geheim-1");
        using var certificate = new CertificateFile(identity.Certificate);

        await Gateway(server, user: "portal", password: "geheim-1", certificate: certificate.Path).SendAsync(
            new Mail("hanako@clinic.example", "【世田谷区医師会】スタッフとしての招待", "リンクを開いてください。\nhttps://portal.example/x", Id), Cancellation);

        var taken = await server.NextAsync();
        Assert.True(taken.IsSecure);
        Assert.Equal("portal", taken.User);
        Assert.Equal(["hanako@clinic.example"], taken.To);
        Assert.Equal("portal@clinicportal.example", taken.From);
        Assert.Equal("【世田谷区医師会】スタッフとしての招待", taken.Message.Subject);
        Assert.Equal("リンクを開いてください。\nhttps://portal.example/x", taken.Text.Trim());
    }

    [Fact]
    public async Task Certificate_ThatNobodyVouchesFor_IsNotTrusted()
    {
        await using var server = await SmtpServer.StartAsync(startTls: true, SmtpServer.MakeIdentity(), "portal", "geheim-1");

        await Assert.ThrowsAsync<MailRefusedException>(() => Gateway(server, user: "portal", password: "geheim-1").SendAsync(AMail(), Cancellation));
    }

    [Fact]
    public async Task Certificate_OfAnother_IsNotTrustedForTheConfiguredOne()
    {
        await using var server = await SmtpServer.StartAsync(startTls: true, SmtpServer.MakeIdentity(), "portal", "geheim-1");
        using var other = new CertificateFile(SmtpServer.MakeIdentity().Certificate);

        await Assert.ThrowsAsync<MailRefusedException>(() => Gateway(server, certificate: other.Path).SendAsync(AMail(), Cancellation));
    }

    [Fact]
    public async Task Server_ThatOffersNoTls_GetsNoMail()
    {
        await using var server = await SmtpServer.StartAsync();

        await Assert.ThrowsAsync<MailRefusedException>(() => Gateway(server).SendAsync(AMail(), Cancellation));
    }

    [Fact]
    public async Task WrongPassword_IsAFailure_WithoutThePasswordInItsWords()
    {
        var identity = SmtpServer.MakeIdentity();
        await using var server = await SmtpServer.StartAsync(startTls: true, identity, "portal", "geheim-1");
        using var certificate = new CertificateFile(identity.Certificate);

        var refused = await Assert.ThrowsAsync<MailRefusedException>(() =>
            Gateway(server, user: "portal", password: "falsch-2", certificate: certificate.Path).SendAsync(AMail(), Cancellation));

        Assert.DoesNotContain("falsch-2", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutOff_Throws_AndTheNextAttemptHasTheSameMessageId()
    {
        await using var server = await SmtpServer.StartAsync(refusals: 1);
        var gateway = Gateway(server, tls: MailTls.None);

        var refused = await Assert.ThrowsAsync<MailRefusedException>(() => gateway.SendAsync(AMail(), Cancellation));
        await gateway.SendAsync(AMail(), Cancellation);
        await gateway.SendAsync(AMail(), Cancellation);

        Assert.DoesNotContain("hanako", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{Id:N}@clinicportal.example", (await server.NextAsync()).Message.MessageId);
        Assert.Equal($"{Id:N}@clinicportal.example", (await server.NextAsync()).Message.MessageId);
    }

    [Fact]
    public async Task Nobody_WhoListens_IsAFailureThatIsTriedAgain()
    {
        int port;
        await using (var server = await SmtpServer.StartAsync())
        {
            port = server.Port;
        }

        await Assert.ThrowsAsync<MailRefusedException>(() => Gateway("127.0.0.1", port).SendAsync(AMail(), Cancellation));
    }

    [Theory]
    [InlineData("招待\r\nBcc: all@evil.example")]
    [InlineData("招待\nX-Evil: 1\n\nbody")]
    [InlineData("招待\u2028Bcc: all@evil.example")]
    [InlineData("招待\0\rBcc: all@evil.example")]
    public async Task HostileSubject_StaysASubject(string subject)
    {
        await using var server = await SmtpServer.StartAsync();

        await Gateway(server, tls: MailTls.None).SendAsync(AMail() with { Subject = subject }, Cancellation);

        var taken = await server.NextAsync();
        Assert.Equal(["hanako@clinic.example"], taken.To);
        Assert.Null(taken.Message.Headers["Bcc"]);
        Assert.Null(taken.Message.Headers["X-Evil"]);
        Assert.StartsWith("招待 ", taken.Message.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc", Encoding.UTF8.GetString(taken.Raw), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task HostileText_EndsNeitherTheMailNorBeginsAnother()
    {
        await using var server = await SmtpServer.StartAsync();
        const string Text = "一行目\r\n.\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<all@evil.example>\r\n..\r\n終わり";

        await Gateway(server, tls: MailTls.None).SendAsync(AMail() with { Text = Text }, Cancellation);

        var taken = await server.NextAsync();
        Assert.Equal("portal@clinicportal.example", taken.From);
        Assert.Equal(Text.ReplaceLineEndings("\n"), taken.Text.TrimEnd());
    }

    [Theory]
    [InlineData("hanako@clinic.example\r\nRCPT TO:<all@evil.example>")]
    [InlineData("hanako@clinic.example, all@evil.example")]
    [InlineData("Hanako <hanako@clinic.example>")]
    [InlineData("hanako@clinic.example>")]
    [InlineData("hanako(comment)@clinic.example")]
    [InlineData("\"a b\"@clinic.example")]
    [InlineData("group:hanako@clinic.example;")]
    [InlineData("花子@clinic.example")]
    [InlineData("@clinic.example")]
    [InlineData("hanako@")]
    [InlineData("hanako")]
    [InlineData("")]
    public async Task Address_ThatIsNotOnePlainOne_IsNeverSpokenToAServer(string to)
    {
        Assert.False(MailAddresses.IsPlain(to));
        await Assert.ThrowsAsync<FormatException>(() => Gateway("127.0.0.1", 1).SendAsync(AMail() with { To = to }, Cancellation));
    }

    [Theory]
    [InlineData("hanako@clinic.example")]
    [InlineData("clinic1.doctor+night@setagaya.example")]
    [InlineData("o'hara_1@a-b.co.jp")]
    public void Address_ThatIsOnePlainOne_IsTaken(string to) => Assert.True(MailAddresses.IsPlain(to));

    private static Mail AMail() => new("hanako@clinic.example", "招待", "本文", Id);

    private static SmtpMail Gateway(
        SmtpServer server, MailTls tls = MailTls.Required, string? user = null, string? password = null, string? certificate = null) =>
        Gateway("127.0.0.1", server.Port, tls, user, password, certificate);

    private static SmtpMail Gateway(
        string host, int port, MailTls tls = MailTls.Required, string? user = null, string? password = null, string? certificate = null) => new(
        Options.Create(new MailOptions
        {
            Host = host, Port = port, Tls = tls, User = user, Password = password, Certificate = certificate, From = "portal@clinicportal.example",
        }), TimeProvider.System);

    private sealed class CertificateFile : IDisposable
    {
        public CertificateFile(string pem) => File.WriteAllText(Path, pem);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
