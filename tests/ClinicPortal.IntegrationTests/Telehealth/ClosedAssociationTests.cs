using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Walls;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Once an association has closed, whoever came by a link reads what they opened and changes nothing.</summary>
public sealed class ClosedAssociationTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";
    private const string Lost = "/join/lost";

    private static readonly Guid Setagaya = StableId.Of("tenant", "setagaya");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryFormOfVisitors_AnswersLocked_AndNothingIsWritten()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var unopened = await consultation.LinkAsync(consultation.Patient.Participant, consultation.Patient.BirthDate);
        var purposes = portal.Node.Services.GetServices<VisitorPurpose>().ToList();
        List<MatrixLine> forms = [.. RouteMatrix.Read().Where(line => line.Method == "POST" && line.IsAnonymous && line.Cells.All(cell => cell.Key == RouteMatrix.Nobody || cell.Value == Cell.Some))];
        Assert.Contains(forms, line => line.Pattern == "/join/room/chat");
        var passes = new Dictionary<string, string>();
        foreach (var purpose in purposes)
        {
            passes.Add(purpose.Name, await PassAsync(purpose.Name, consultation.Patient.Participant));
        }
        using var family = await consultation.OpenAsync(portal.Node, consultation.Patient);
        Assert.Equal(HttpStatusCode.OK, (await family.GetAsync(portal.Node.Url("/join/appointment", Host))).Status);
        await portal.Database.ExecuteAsync("UPDATE app.tenant SET closes_on = '2026-11-20' WHERE id = $1", Setagaya);
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
        var before = await RowsOfTenant.ReadAsync(portal.Database, "setagaya");
        using var http = portal.Node.Client(Host);

        foreach (var line in forms)
        {
            var purpose = purposes.Where(p => line.Pattern == p.Path || line.Pattern.StartsWith(p.Path + "/", StringComparison.Ordinal)).MaxBy(p => p.Path.Length)!;
            using var request = new HttpRequestMessage(HttpMethod.Post, line.Pattern.Replace("{id:guid}", $"{consultation.Id}", StringComparison.Ordinal)) { Content = new FormUrlEncodedContent([new(FormState.KeyField, Guid.NewGuid().ToString("N"))]) };
            request.Headers.Add("Cookie", $"__Host-visitor={Uri.EscapeDataString(passes[purpose.Name])}");
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.Locked, $"{line.Route}: {(int)answer.StatusCode}");
            Assert.Contains("終了", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
        // The doors themselves, too: nobody is given a link, and none is opened.
        Assert.Equal(HttpStatusCode.Locked, (await family.GetAsync(portal.Node.Url(Lost, Host))).Status);
        using (var answer = await http.PostAsync(unopened.Path, new FormUrlEncodedContent([new("birthDate", $"{unopened.BirthDate:yyyy-MM-dd}"), new("code", unopened.Code)]), Cancellation))
        {
            Assert.Equal(HttpStatusCode.Locked, answer.StatusCode);
        }
        Assert.DoesNotContain((await RowsOfTenant.ReadAsync(portal.Database, "setagaya")).Since(before), row => row.StartsWith("telehealth.", StringComparison.Ordinal));
        // What was opened before is still read.
        Assert.Equal(HttpStatusCode.OK, (await family.GetAsync(portal.Node.Url("/join/appointment", Host))).Status);
        // And nobody takes part in a room.
        await using var room = await RoomConnection.OpenAsync(portal.Node, family, Host);
        Assert.NotNull(await room.JoinAsync((await family.GetAsync(portal.Node.Url("/join/room/ticket", Host))).Document.Body!.TextContent.Trim()));
    }

    /// <summary>A pass as a link leaves one behind that was opened.</summary>
    private async Task<string> PassAsync(string purpose, Guid subject)
    {
        var pass = Secret.New();
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.visitor_link (sha256, id, tenant_id, purpose, subject_id, answer, created_at, created_by_name, expires_at, used_at, pass_sha256)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, '\x00', $5, 'test', $5::timestamptz + interval '1 day', $5, $6)
            """, Secret.Sha256(Secret.New()), Setagaya, purpose, subject, portal.Clock.Now.ToUniversalTime(), Secret.Sha256(pass));
        return pass;
    }
}
