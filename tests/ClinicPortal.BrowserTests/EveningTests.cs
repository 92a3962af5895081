using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Notifications;
using ClinicPortal.IntegrationTests.Telehealth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>
/// One online consultation from the booking link to the invoice, each in a browser of their own: the family, the clinic, the association's doctor, a guest.
/// Mails go by a real mail server; picture and sound by a real relay, whose packets the test can hold up.
/// </summary>
public sealed class EveningTests(Chromium chromium, PortalDatabaseFixture portal) : IClassFixture<PortalDatabaseFixture>
{
    private const string Association = "setagaya";
    private const string Host = $"{Association}.localhost";
    private const string Address = "family@example.jp";

    /// <summary>What is asked for: five seconds without a network. How soon they are back is <see cref="BackSpeed"/>'s to measure.</summary>
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(5);

    /// <summary>Gathered, so that one evening shows all there is to mend.</summary>
    private readonly List<string> violations = [];

    [Fact]
    public async Task Evening_FromTheBookingLinkToTheInvoice()
    {
        await using var mails = await SmtpServer.StartAsync();
        await using var relay = await Coturn.StartAsync();
        await using var wire = new Wire(new IPEndPoint(relay.Address, relay.Port));
        var clock = new NightClock();
        await using var node = await PortalNode.StartAsync(portal.Database, clock, services => services
            .Replace(ServiceDescriptor.Singleton(Options.Create(relay.Options("udp", wire))))
            .Replace(ServiceDescriptor.Singleton(mails.Gateway(clock))));
        await using var clinic = await Person.SignInAsync(chromium, node, Host, $"clinic1.doctor@{Association}.example");
        var patientId = await portal.Database.ReadAsync<Guid>(
            "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 AND facility_id IS NULL ORDER BY chart_number LIMIT 1", Shared.Tenancy.StableId.Of(Association, "clinic1"));
        var born = await portal.Database.ReadAsync<DateOnly>("SELECT birth_date FROM patients.patient WHERE id = $1", patientId);

        var id = await BookAsync(node, clinic, patientId, born);
        var invitation = await ConfirmAsync(clinic, patientId, id, born, mails);
        await using var patient = await Attendee.OpenLinkAsync(chromium, node, Host, invitation);
        await PrepareAsync(patient);
        await using var doctor = await Attendee.ConductAsync(chromium, node, "desk.localhost", $"doctor1@{Association}.example", id);
        await MeetAsync(patient, doctor);
        await using var guest = await InviteAsync(node, doctor, born);
        await LoseAndFindAsync(wire, id, patient, doctor, guest);
        await NoteAsync(doctor);
        await EndAsync(patient, doctor, guest);
        await FollowAsync(node, clinic, patient);

        Assert.True(violations.Count == 0, string.Join("\n", violations.Distinct()));
    }

    /// <summary>The clinic gives the family a link, and the family asks for the first time that the association's doctor has tonight.</summary>
    private async Task<Guid> BookAsync(PortalNode node, Person clinic, Guid patientId, DateOnly born)
    {
        await clinic.GoToAsync($"/patients/{patientId}/booking-links", Host);
        await SendAsync(clinic, $"/patients/{patientId}/booking-links");
        await using var family = await Attendee.OpenLinkAsync(chromium, node, Host, await ShownAsync(clinic.Page, born), name: "family", leadsTo: "/book");
        await LookAsync(family);
        await family.Page.Locator($"label.slot:has(input[value^='{Shared.Tenancy.StableId.Of(Association, "doctor1", "practitioner"):N}@'])").First.ClickAsync();
        await family.FillAsync("reason", "昨夜から咳が続き、熱っぽい");
        await family.FillAsync("phone", "");
        await family.FillAsync("email", Address);
        await SendAsync(family, "/book");
        await family.Page.GetByText("確認中").First.WaitForAsync();
        await LookAsync(family);
        return await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE patient_id = $1", patientId);
    }

    /// <summary>The clinic writes the plan that its gate asks for and says yes; the link comes by mail, and the code is told by phone.</summary>
    private async Task<HandedLink> ConfirmAsync(Person clinic, Guid patientId, Guid id, DateOnly born, SmtpServer mails)
    {
        await clinic.GoToAsync($"/patients/{patientId}/care-plan", Host);
        foreach (var (field, text) in new[] { ("aims", "病状の確認"), ("conditions", "高血圧、月1回"), ("inPerson", "息切れ、38.5℃以上の発熱"), ("agreedBy", "本人") })
        {
            await clinic.FillAsync(field, text);
        }
        await SendAsync(clinic, $"/patients/{patientId}/care-plan");
        await clinic.GoToAsync($"/appointments/{id}", Host);
        await LookAsync(clinic);
        await SendAsync(clinic, $"/appointments/{id}/accept");
        var code = (await clinic.Page.Locator(".secret").First.InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        TakenMail mail;
        do
        {
            // The clinic is told as well that somebody asked.
            mail = await mails.NextAsync();
        }
        while (!mail.Text.Contains("/l/", StringComparison.Ordinal));
        Assert.Equal([Address], mail.To);
        Assert.DoesNotContain(code, mail.Text, StringComparison.Ordinal);
        return new HandedLink(Guid.Empty, Guid.Empty, SentMails.LinkIn(mail.Text).AbsolutePath, code, born);
    }

    /// <summary>Who the doctor is, consent, questionnaire; then camera, sound and network; then the waiting room.</summary>
    private async Task PrepareAsync(Person patient)
    {
        await patient.Page.GetByText("910001").WaitForAsync();
        await LookAsync(patient);
        await SendAsync(patient, "/join/prepare/doctor");
        await LookAsync(patient);
        await patient.Page.Locator("fluent-checkbox[name=agrees]").ClickAsync();
        await SendAsync(patient, "/join/prepare/consent");
        await LookAsync(patient);
        await patient.FillAsync("q-changes", "咳が続く");
        await patient.Page.Locator("input[name='q-fever'][value='no']").CheckAsync(new LocatorCheckOptions { Force = true });
        await patient.FillAsync("q-temperature", "37.4");
        await SendAsync(patient, "/join/prepare/questionnaire");
        await patient.Page.Locator("[data-room-network][data-grade=good]").WaitForAsync();
        await patient.Page.Locator("[data-room-way]").GetByText("中継 (UDP)").WaitForAsync();
        await patient.Page.Locator("[data-room-do=tone]").ClickAsync();
        await LookAsync(patient);
        await patient.EnterWaitingRoomAsync();
        await patient.InPhaseAsync("waiting");
        await patient.Page.GetByText("次の順番です").WaitForAsync();
        await LookAsync(patient);
    }

    private async Task MeetAsync(Person patient, Person doctor)
    {
        await doctor.Page.Locator("details:has(turbo-frame#gates) > summary").ClickAsync();
        await doctor.Page.GetByText("開始条件をすべて満たしています").WaitForAsync();
        await LookAsync(doctor);
        await doctor.StepAsync("admit");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        Assert.All((await patient.WaysAsync()).Concat(await doctor.WaysAsync()), way => Assert.Equal("relay udp", way));
        await LookAsync(patient);

        await patient.FillAsync("text", "右足の傷が赤いです");
        await patient.Page.Locator("form[action='/join/room/chat'] fluent-button").ClickAsync();
        foreach (var page in new[] { doctor.Page, patient.Page })
        {
            await page.Locator(".room-lines").GetByText("右足の傷が赤いです").WaitForAsync();
        }
        await patient.Page.Locator("input[name=photo]").SetInputFilesAsync(await PhotoAsync(patient.Page));
        await patient.Page.Locator("form[action='/join/room/photo'] fluent-button").ClickAsync();
        await doctor.Page.WaitForFunctionAsync("() => document.querySelector('.room-lines img')?.naturalWidth > 0");
    }

    /// <summary>The daughter comes by a link of her own.</summary>
    private async Task<Person> InviteAsync(PortalNode node, Person doctor, DateOnly born)
    {
        await doctor.Page.Locator("#guest-role").SelectOptionAsync("Family");
        await doctor.Page.Locator("#guests form:has(#guest-role) fluent-button").ClickAsync();
        var guest = await Attendee.OpenLinkAsync(chromium, node, Host, await ShownAsync(doctor.Page, born), dark: true, name: "guest");
        await LookAsync(guest);
        await guest.IntroduceAsync("長女 良子");
        await guest.EnterWaitingRoomAsync();
        await guest.InPhaseAsync("waiting");
        await doctor.Page.Locator("#guests a[href$='/guests']").ClickAsync();
        await doctor.Page.Locator("#guests form[action$='/admit'] fluent-button").ClickAsync();
        await guest.InPhaseAsync("call");
        return guest;
    }

    /// <summary>Nothing of the patient's passes for five seconds: neither requests nor signalling nor picture nor sound. The others go on.</summary>
    private async Task LoseAndFindAsync(Wire wire, Guid id, Person patient, Person doctor, Person guest)
    {
        await Task.WhenAll(guest.SeesAsync(40), doctor.SeesAsync(40), patient.SeesAsync(40));
        await LookAsync(doctor);
        await LookAsync(guest);
        Assert.Equal(2, await patient.Page.Locator(".room-tile[data-person]").CountAsync());

        wire.Cut(await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.participant WHERE appointment_id = $1 AND role = 'Patient'", id));
        await patient.CutAsync();
        var over = Task.Delay(Cut, TestContext.Current.CancellationToken);
        await patient.Page.GetByText("つなぎ直しています").First.WaitForAsync();
        await patient.SeesNothingAsync();
        await Task.WhenAll(doctor.SeesAsync(), guest.SeesAsync());
        await Task.WhenAll(patient.AwaitPicturesAsync(2), doctor.AwaitPicturesAsync(2), guest.AwaitPicturesAsync(2));
        await over;
        var mended = TimeProvider.System.GetUtcNow();
        wire.Mend();
        await patient.LetBackAsync();

        foreach (var (person, who) in new[] { (patient, "patient"), (doctor, "doctor"), (guest, "guest") })
        {
            var took = await person.PicturesAgainAsync() - mended;
            TestContext.Current.TestOutputHelper?.WriteLine($"pictures again at the {who}'s after {took.TotalMilliseconds:0} ms");
        }
        await patient.Page.GetByText("診察中です").First.WaitForAsync();
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync(), guest.SeesAsync());

        // Support reads of it.
        while (!await portal.Database.ReadAsync<bool>("SELECT coalesce(max(reconnects), 0) > 0 FROM telehealth.call_statistics"))
        {
            await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
        }

        // A page that is loaded anew finds its way back too.
        await patient.Page.ReloadAsync();
        await patient.InPhaseAsync("call");
        await Task.WhenAll(patient.SeesAsync(), doctor.SeesAsync());
    }

    /// <summary>Written while the call goes on.</summary>
    private async Task NoteAsync(Person doctor)
    {
        await doctor.Page.Locator("details:has(turbo-frame#note) > summary").ClickAsync();
        foreach (var (field, text) in new[] { ("subjective", "昨夜から咳"), ("objective", "呼吸は楽そう"), ("assessment", "感冒"), ("plan", "3日後に電話で確認"), ("patientFound", "かぜのようです。"), ("patientNext", "3日後にお電話します。") })
        {
            await doctor.FillAsync(field, text);
        }
        await doctor.Page.Locator("#note fluent-button[value=draft]").ClickAsync();
        await doctor.Page.GetByText("最終保存").WaitForAsync();
        await LookAsync(doctor);
        await doctor.SeesAsync();
    }

    private async Task EndAsync(Person patient, Person doctor, Person guest)
    {
        await doctor.StepAsync("end");
        await doctor.Page.Locator("dialog[open] .button-primary").ClickAsync();
        await Task.WhenAll(patient.InPhaseAsync("over"), guest.InPhaseAsync("over"));
        await doctor.Page.Locator("#note fluent-button[value=sign]").ClickAsync();
        await doctor.Page.GetByText("署名済み").First.WaitForAsync();
        await LookAsync(doctor);
    }

    /// <summary>The report in the clinic's inbox, the line on its invoice, and what the patient reads and thinks of it.</summary>
    private async Task FollowAsync(PortalNode node, Person clinic, Person patient)
    {
        await clinic.GoToAsync("/inbox", Host);
        await clinic.Page.GetByText("3日後に電話で確認").First.WaitForAsync();
        await LookAsync(clinic);
        var number = await portal.Database.ReadAsync<string>("SELECT number FROM telehealth.appointment LIMIT 1");
        await clinic.GoToAsync("/invoice-lines", Host);
        await clinic.Page.Locator("tr", new PageLocatorOptions { HasText = number }).Filter(new LocatorFilterOptions { HasTextRegex = new Regex("6,000") }).WaitForAsync();
        await LookAsync(clinic);

        await patient.Page.Locator(".room-after a").ClickAsync();
        await patient.Page.Locator("a[href='/join/summary'], fluent-anchor-button[href='/join/summary']").First.ClickAsync();
        await patient.Page.GetByText("かぜのようです。").WaitForAsync();
        await LookAsync(patient);
        await patient.Page.Locator("button[name=score][value=VeryGood]").ClickAsync();
        await patient.Page.GetByText("ありがとうございました").WaitForAsync();
        Assert.Equal(["VeryGood"], await portal.Database.ReadAllAsync<string>("SELECT score FROM telehealth.consultation_rating"));
        await using var secretariat = await Person.SignInAsync(chromium, node, Host, $"secretariat@{Association}.example");
        foreach (var path in new[] { "/satisfaction", "/consultations/statistics" })
        {
            await secretariat.GoToAsync(path, Host);
            await LookAsync(secretariat);
        }
    }

    private async Task LookAsync(Person person) => violations.AddRange(await person.ViolationsAsync());

    /// <summary>The link that a page shows this once, as it is read to somebody.</summary>
    private static async Task<HandedLink> ShownAsync(IPage page, DateOnly born) => new(
        Guid.Empty, Guid.Empty, new Uri(await page.Locator("dd.secret").InnerTextAsync()).AbsolutePath,
        (await page.Locator("dl:has(dd.secret) strong").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal), born);

    /// <summary>Sends the form of that address and waits for the page that follows.</summary>
    private static async Task SendAsync(Person person, string action)
    {
        var answered = person.Page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith(action, StringComparison.Ordinal));
        await person.Page.Locator($"form[action='{action}'] fluent-button[type=submit]").Last.ClickAsync();
        Assert.Equal(303, (await answered).Status);
        await person.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>As a phone would take one: a PNG here, which the page redraws.</summary>
    private static async Task<FilePayload> PhotoAsync(IPage page) => new()
    {
        Name = "wound.png",
        MimeType = "image/png",
        Buffer = Convert.FromBase64String(await page.EvaluateAsync<string>("""
            () => {
              const canvas = document.createElement("canvas");
              [canvas.width, canvas.height] = [640, 480];
              const pen = canvas.getContext("2d");
              pen.fillStyle = "#b33";
              pen.fillRect(100, 100, 400, 200);
              return canvas.toDataURL("image/png").split(",")[1];
            }
            """)),
    };
}
