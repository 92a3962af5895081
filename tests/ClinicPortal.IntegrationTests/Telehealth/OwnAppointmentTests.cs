using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What patient and family do to a booked appointment by their link while time goes on, and what nobody else does by it.</summary>
public sealed class OwnAppointmentTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Family = "family@example.jp";

    /// <summary>Tuesday 18:00 in Tokyo, as forms say it.</summary>
    private const string Tuesday = "202611240900";
    private readonly PortalFixture portal = new(postgres);

    private TestEvening Evening => new(portal.Node, portal.Database);

    private TestFamily Families => new(portal);

    private Guid Doctor => Evening.Doctor();

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Booked_IsMovedToAnotherFreeTime_AndEverybodyIsTold()
    {
        var booked = await BookAsync();
        using var family = await OpenAsync(booked);

        await Families.MoveAsync(family, "/join", Tuesday, "送迎の都合です");
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Booked", 1), (await Evening.StatusAsync(booked.Id), await Families.SequenceAsync(booked.Id)));
        Assert.Contains("11月24日(火) 18:00", await Families.TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        var calendar = portal.Database.Mails.To(Family).Last(m => m.Calendar is not null).Calendar!;
        Assert.All(["SEQUENCE:1", $"DTSTART:{Tuesday[..8]}T090000Z"], line => Assert.Contains(line, calendar, StringComparison.Ordinal));
        Assert.Contains(portal.Database.Messages.Sent, m => m.Text.Contains("11月24日(火) 18:00", StringComparison.Ordinal) && m.Text.Contains("変わりました", StringComparison.Ordinal));
        var told = portal.Database.Mails.To(TestFamily.ClinicMail).Last();
        Assert.Contains("患者側で変更", told.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("送迎", told.Text, StringComparison.Ordinal);
        using var clinic = await Browser.SignInAsync(portal.Node, TestFamily.ClinicMail, Evening.Host);
        Assert.Contains("送迎の都合です", await Families.TextAsync(clinic, $"/appointments/{booked.Id}"), StringComparison.Ordinal);
        // Its former time is anybody's.
        Assert.True((await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 1), Doctor, TestEvening.Monday18, phone: null))).Succeeded);

        var before = portal.Database.Messages.Sent.Count;
        portal.Clock.Now = TestEvening.Monday18.AddMinutes(-50);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.DoesNotContain(portal.Database.Messages.Sent.Skip(before), m => m.To == "09012345678" && m.Text.Contains("11月23日(月) 18:00 オンライン", StringComparison.Ordinal));
        portal.Clock.Now = TestEvening.Monday18.AddDays(1).AddMinutes(-50);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains(portal.Database.Messages.Sent.Skip(before), m => m.Text.Contains("11月24日(火) 18:00 オンライン", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Booked_IsMovedByTheRulesOfBooking_OrNotAtAll()
    {
        var (booked, other) = (await BookAsync(), await BookAsync(minutes: 20, patient: 1));
        using var family = await OpenAsync(booked);
        var page = await Families.OpenAsync(family, "/join/move");
        Assert.DoesNotContain("202611230920", TestEvening.Slots(page, Doctor));

        var taken = await family.PostAsync(page, "/join/move", ("slot", $"{Doctor:N}@202611230920"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Contains("もう予約できません。空いている時間", taken.Document.Body!.TextContent, StringComparison.Ordinal);
        // Neither outside the hours, nor with a doctor who does not see this patient, nor without a time.
        foreach (var slot in new[] { $"{Doctor:N}@202611230300", $"{Evening.Doctor("clinic2.doctor"):N}@{Tuesday}", "" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await family.PostAsync(await Families.OpenAsync(family, "/join/move"), "/join/move", ("slot", slot))).Status);
        }
        portal.Clock.Now = TestEvening.Monday18.AddMinutes(1);
        var late = await family.PostAsync(page, "/join/move", ("slot", $"{Doctor:N}@{Tuesday}"), (FormState.KeyField, Guid.NewGuid().ToString("N")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("もう変えられません", late.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await Families.SequenceAsync(booked.Id), await Families.SequenceAsync(other.Id)));
    }

    [Fact]
    public async Task Outsider_ByAGuessedExpiredUsedRevokedOrGuestsLink_GetsNothing()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var (used, guest) = (consultation.Patient, await consultation.InviteAsync(ParticipantRole.Family, "娘 花子"));
        var expiring = await consultation.LinkAsync(used.Participant, used.BirthDate);
        var revoked = await consultation.LinkAsync(used.Participant, used.BirthDate);
        using var patient = await consultation.OpenAsync(portal.Node, used);
        using var late = await consultation.OpenAsync(portal.Node, expiring);
        using var ended = await consultation.OpenAsync(portal.Node, revoked);
        using var daughter = await consultation.OpenAsync(portal.Node, guest);
        var form = (await Families.OpenAsync(patient, "/join/appointment")).Form("/join/cancel");
        // Who has the link, code and birth date of a used one, in another browser.
        using var second = new Browser(portal.Node);
        var again = await second.PostAsync(await second.GetAsync(Families.Url(used.Path)), used.Path, ("birthDate", $"{used.BirthDate:yyyy-MM-dd}"), ("code", used.Code));
        Assert.NotEqual(HttpStatusCode.SeeOther, again.Status);
        using var guessing = new Browser(portal.Node);
        await consultation.RevokeAsync(revoked);
        await NothingAsync(daughter, second, guessing, ended);
        portal.Clock.Advance(TimeSpan.FromHours(13));
        await NothingAsync(late);

        Assert.Equal(("Booked", 0), (await Evening.StatusAsync(consultation.Id), await Families.SequenceAsync(consultation.Id)));

        async Task NothingAsync(params Browser[] outsiders)
        {
            foreach (var outsider in outsiders)
            {
                foreach (var path in new[] { "/join/appointment", "/join/move", "/join/again", $"/book/{consultation.Id}", $"/book/{consultation.Id}/move" })
                {
                    Assert.Equal(HttpStatusCode.NotFound, (await outsider.GetAsync(Families.Url(path))).Status);
                }
                foreach (var path in new[] { "/join/confirm", "/join/cancel", "/join/agree", "/join/refuse", "/join/move", "/join/again", $"/book/{consultation.Id}/cancel", $"/book/{consultation.Id}/move" })
                {
                    Assert.Equal(HttpStatusCode.NotFound, (await Families.SendAsync(outsider, path, form)).Status);
                }
            }
        }
    }

    private async Task<Appointment> BookAsync(int minutes = 0, int patient = 0)
    {
        var booked = await TestFamily.DoneAsync(Evening.BookAsync(
            Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: patient), Doctor, TestEvening.Monday18.AddMinutes(minutes), email: $"{(patient == 0 ? "" : patient)}{Family}")));
        await Evening.DoWorkAsync(portal.Clock);
        return booked;
    }

    private Task<Browser> OpenAsync(Appointment booked) =>
        Evening.OpenLinkAsync(portal.Database.Mails.To(Family).Last().Text, portal.Database.Messages.Sent.First(m => m.Text.Contains("確認コード", StringComparison.Ordinal)).Text, booked.PatientBirthDate);
}
