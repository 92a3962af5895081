using System.Net;
using System.Text.RegularExpressions;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Everybody reads their own language: on their pages, in mails and short portal.Database.Messages, whatever others of the same consultation read.</summary>
public sealed partial class ParticipantLanguageTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Theory]
    [InlineData("ja", "オンライン診療の予約", "変わりました", "取り消されました", "予約があります")]
    [InlineData("en", "online consultation", "moved", "cancelled", "Reminder")]
    public async Task Messages_AreInThePatientsLanguage(string language, string booked, string moved, string cancelled, string reminder)
    {
        var isJapanese = language == "ja";
        var wish = TestEvening.Wish(await Evening.PatientAsync(), Evening.Doctor(), TestEvening.Monday18.AddDays(2), email: "family@example.jp") with { Language = language };
        var appointment = (await Evening.BookAsync(Evening.Clinic(), wish)).Value;
        await Evening.DoWorkAsync(portal.Clock);
        Check(Mail(), booked);
        Assert.Contains(isJapanese ? "SUMMARY:オンライン診療" : "SUMMARY:Online consultation", Mail().Calendar, StringComparison.Ordinal);
        Check(portal.Database.Messages.Sent.Last().Text, isJapanese ? "確認コード" : "code");

        await ChangeAsync(change => change.MoveAsync(appointment.Id, null, TestEvening.Monday18.AddDays(2).AddMinutes(20), Cancellation));
        await Evening.DoWorkAsync(portal.Clock);
        Check(portal.Database.Mails.To("family@example.jp").First(m => m.Text.Contains(moved, StringComparison.Ordinal)), moved);
        portal.Clock.Now = TestEvening.Monday18.AddDays(2).AddMinutes(-30);
        await Evening.DoWorkAsync(portal.Clock);
        Check(portal.Database.Messages.Sent.Last().Text, reminder);
        await ChangeAsync(change => change.CancelAsync(appointment.Id, "hospital", Cancellation));
        await Evening.DoWorkAsync(portal.Clock);
        Check(Mail(), cancelled);

        Mail Mail() => portal.Database.Mails.To("family@example.jp").Last();

        void Check(object message, string word)
        {
            var text = message is Mail mail ? $"{mail.Subject}\n{mail.Text}" : $"{message}";
            Assert.Contains(word, text, StringComparison.OrdinalIgnoreCase);
            // Names of institutions are what they are; no word around them is of the other language.
            Assert.True(isJapanese == Kana().IsMatch(Names().Replace(text, "")), text);
        }
    }

    [Fact]
    public async Task Pages_AreInTheLanguageOfEachParticipant_OnWhicheverDevice_AndWhatOneChoosesIsTheirsAlone()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var guest = await consultation.InviteAsync(ParticipantRole.Interpreter, "Interpreter", agreed: false);
        using var patient = await consultation.OpenAsync(portal.Node, consultation.Patient);
        using var interpreter = await consultation.OpenAsync(portal.Node, guest);
        var rules = await interpreter.OpenAsync(portal.Node.Url("/join", consultation.Host));
        Assert.Equal("/join/guest", rules.Url.AbsolutePath);

        Assert.Equal(HttpStatusCode.SeeOther, (await interpreter.PostAsync(rules, "/join/guest", ("name", "Jane Doe"), ("language", "en"), ("agrees", "true"))).Status);
        var english = await interpreter.OpenAsync(portal.Node.Url("/join", consultation.Host));
        var japanese = await patient.OpenAsync(portal.Node.Url("/join", consultation.Host));

        Assert.Equal(("en", "ja"), (english.Document.DocumentElement.GetAttribute("lang"), japanese.Document.DocumentElement.GetAttribute("lang")));
        Assert.Contains("Online consultation", english.Document.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["en", "ja"], await portal.Database.ReadAllAsync<string>(
            "SELECT language FROM telehealth.participant WHERE appointment_id = $1 AND account_id IS NULL ORDER BY language", consultation.Id));
        // Another device of hers, by another link, begins in her language.
        using var second = await consultation.OpenAsync(portal.Node, await consultation.LinkAsync(guest.Participant, guest.BirthDate));
        Assert.Equal("en", (await second.OpenAsync(portal.Node.Url("/join", consultation.Host))).Document.DocumentElement.GetAttribute("lang"));
        // The patient changes over, and later portal.Database.Messages follow.
        var switched = await patient.PostAsync(await patient.OpenAsync(portal.Node.Url("/join/room", consultation.Host)), "/join/language", ("language", "en"));
        Assert.Equal(HttpStatusCode.SeeOther, switched.Status);
        Assert.Equal("en", (await patient.OpenAsync(portal.Node.Url("/join/appointment", consultation.Host))).Document.DocumentElement.GetAttribute("lang"));
        await ChangeAsync(change => change.CancelAsync(consultation.Id, "x", Cancellation));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("cancelled", portal.Database.Mails.To("family@example.jp").Last().Text, StringComparison.OrdinalIgnoreCase);
    }

    private async Task ChangeAsync(Func<ChangeAppointmentHandler, Task<Shared.Results.Result<Appointment>>> change)
    {
        var changed = await Evening.RunAsync(Evening.Clinic(), services => change(services.GetRequiredService<ChangeAppointmentHandler>()));
        Assert.True(changed.Succeeded, changed.Succeeded ? "" : changed.Errors[0].Code);
    }

    /// <summary>Hiragana: no Japanese sentence is without, no name of an institution in the demonstration's English has any around it.</summary>
    [GeneratedRegex(@"[\u3040-\u309F]")]
    private static partial Regex Kana();

    [GeneratedRegex("経堂こもれび在宅クリニック")]
    private static partial Regex Names();
}
