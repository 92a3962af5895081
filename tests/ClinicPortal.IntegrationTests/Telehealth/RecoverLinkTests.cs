using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A lost link comes anew to the contact on record, and asking tells nobody anything.</summary>
public sealed class RecoverLinkTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Sent = "SELECT count(*) FROM telehealth.outgoing_message WHERE appointment_id = $1 AND kind = 'JoinLink'";

    [Fact]
    public async Task LostLink_GoesToTheContactOnRecord_AFewTimes_AndEverybodyIsAnsweredTheSame()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var born = $"{consultation.Patient.BirthDate:yyyy-MM-dd}";
        using var family = new Browser(portal.Node);

        var wrong = await AskAsync(family, consultation, "090-0000-0000", born);
        var alsoWrong = await AskAsync(family, consultation, "03-5555-0101", "1901-01-01");
        Assert.Equal(0, await portal.Database.ReadAsync<long>(Sent, consultation.Id));
        var right = await AskAsync(family, consultation, "03-5555-0101", born);

        Assert.Equal(1, await portal.Database.ReadAsync<long>(Sent, consultation.Id));
        Assert.All([wrong, alsoWrong, right], page => Assert.Equal((HttpStatusCode.OK, right.Document.Body!.TextContent), (page.Status, page.Document.Body!.TextContent)));
        for (var again = 0; again < 5; again++)
        {
            await AskAsync(family, consultation, "03-5555-0101", born);
        }
        // With the link that was given at first, three in an hour.
        Assert.InRange(await portal.Database.ReadAsync<long>(Sent, consultation.Id), 2, 3);
    }

    [Fact]
    public async Task WhoseLinkOpensNothing_IsLedThere_WhateverTheLink()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        using var family = new Browser(portal.Node);

        foreach (var path in new[] { consultation.Patient.Path, "/l/guessed" })
        {
            var page = await family.GetAsync(portal.Node.Url(path, consultation.Host));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.NotNull(page.Document.QuerySelector("a[href='/join/lost']"));
        }
        foreach (var path in new[] { "/join", "/join/room", "/join/appointment", "/offer", "/summary" })
        {
            var page = await family.GetAsync(portal.Node.Url(path, consultation.Host));
            Assert.Equal(HttpStatusCode.NotFound, page.Status);
            Assert.NotNull(page.Document.QuerySelector("a[href='/join/lost']"));
            Assert.NotNull(page.Document.QuerySelector("a[href^='tel:']"));
        }
    }

    private async Task<BrowserPage> AskAsync(Browser browser, BookedConsultation consultation, string phone, string born) => await browser.PostAsync(
        await browser.GetAsync(portal.Node.Url("/join/lost", consultation.Host)), "/join/lost", ("phone", phone), ("birthDate", born));
}
