using System.Collections.Concurrent;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>
/// People without an account: every page and form for whoever came by a link, with every pass that does not belong there. The routes are those of the
/// matrix that are open to nobody in particular and give nothing by a role.
/// </summary>
public sealed class VisitorWalkTests(WalkFixture walk) : IClassFixture<WalkFixture>
{
    private const int AtOnce = 4;
    private const string VisitorCookie = "__Host-visitor";

    /// <summary>For those whose link is lost: without a pass, and it gives nothing but a message to the contact on record.</summary>
    private const string WithoutAPass = "/join/lost";

    /// <summary>What links lead to, and what might be taken for it.</summary>
    private static readonly string[] Tables =
    [
        "patients.patient", "patients.look_sheet_issue", "nightdesk.case", "visits.visit_report", "telehealth.appointment", "telehealth.participant",
        "telehealth.prescription", "telehealth.waiting_entry", "telehealth.practitioner",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<MatrixLine> Routes =>
        [.. RouteMatrix.Read().Where(line => line.IsAnonymous && line.Pattern != WithoutAPass && line.Cells.All(cell => cell.Key == RouteMatrix.Nobody || cell.Value == Cell.Some))];

    private IReadOnlyList<VisitorPurpose> Purposes => [.. walk.Node.Services.GetServices<VisitorPurpose>()];

    [Fact]
    public async Task EveryPurpose_HasItsPage()
    {
        Assert.NotEmpty(Routes);
        Assert.All(Purposes, purpose => Assert.Contains(Routes, line => line.Route == $"GET {purpose.Path}"));
        Assert.All(Routes, line => Assert.NotNull(PurposeOf(line)));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task WithoutAPass_OrWithOneThatIsNone_ThereIsNothing()
    {
        var passes = new[] { null, Secret.New(), "", "'; SELECT 1" };

        var leaks = await WalkAsync(from line in Routes from pass in passes select (line, pass, WalkFixture.A, $"pass {pass}"));

        Assert.Empty(leaks);
    }

    [Fact]
    public async Task PassOfAnotherPurpose_OpensNothing_WhateverItNames()
    {
        var tries = new List<(MatrixLine, string?, string, string)>();
        foreach (var purpose in Purposes)
        {
            foreach (var (table, id) in await SubjectsAsync(WalkFixture.A))
            {
                var pass = await PassAsync(WalkFixture.A, purpose.Name, id);
                tries.AddRange(Routes.Where(line => PurposeOf(line) != purpose).Select(line => (line, (string?)pass, WalkFixture.A, $"{purpose.Name} of {table}")));
            }
        }

        Assert.Empty(await WalkAsync(tries));
    }

    [Fact]
    public async Task PassWhoseSubjectIsOfAnotherAssociation_OrNobodys_OpensNothing()
    {
        var tries = new List<(MatrixLine, string?, string, string)>();
        (string, Guid)[] subjects = [.. await SubjectsAsync(WalkFixture.B), ("nobody", Guid.NewGuid()), ("nobody", Guid.Empty)];
        foreach (var line in Routes)
        {
            foreach (var (table, id) in subjects)
            {
                tries.Add((line, await PassAsync(WalkFixture.A, PurposeOf(line)!.Name, id), WalkFixture.A, $"{table} of {WalkFixture.B}"));
            }
        }

        Assert.Empty(await WalkAsync(tries));
    }

    [Fact]
    public async Task Pass_OnAnotherAssociationsHost_OrExpired_OrRevoked_OpensNothing()
    {
        var tries = new List<(MatrixLine, string?, string, string)>();
        foreach (var line in Routes)
        {
            foreach (var (table, id) in await SubjectsAsync(WalkFixture.A))
            {
                tries.Add((line, await PassAsync(WalkFixture.A, PurposeOf(line)!.Name, id), WalkFixture.B, $"{table}, other host"));
                tries.Add((line, await PassAsync(WalkFixture.A, PurposeOf(line)!.Name, id, "expires_at = created_at"), WalkFixture.A, $"{table}, expired"));
                tries.Add((line, await PassAsync(WalkFixture.A, PurposeOf(line)!.Name, id, "revoked_at = created_at"), WalkFixture.A, $"{table}, revoked"));
            }
        }

        Assert.Empty(await WalkAsync(tries));
    }

    /// <summary>What its own pass opens is not to be had without it, and nothing that it is given breaks it.</summary>
    [Fact]
    public async Task OwnPass_NamingAnythingOfItsAssociation_BreaksNothing()
    {
        var tries = new List<(MatrixLine, string?, string, string)>();
        foreach (var line in Routes)
        {
            foreach (var (table, id) in await SubjectsAsync(WalkFixture.A))
            {
                tries.Add((line, await PassAsync(WalkFixture.A, PurposeOf(line)!.Name, id), WalkFixture.A, table));
            }
        }

        Assert.Empty(await WalkAsync(tries, status => (int)status < 500));
    }

    private VisitorPurpose? PurposeOf(MatrixLine line) => Purposes.Where(purpose => line.Pattern == purpose.Path || line.Pattern.StartsWith(purpose.Path + "/", StringComparison.Ordinal))
        .MaxBy(purpose => purpose.Path.Length);

    private async Task<IReadOnlyList<(string Table, Guid Id)>> SubjectsAsync(string association)
    {
        var subjects = new List<(string, Guid)>();
        foreach (var table in Tables)
        {
            if (await walk.Portal.Database.ReadAsync<bool>("SELECT to_regclass($1) IS NOT NULL", table))
            {
                subjects.AddRange((await walk.Portal.Database.ReadAllAsync<Guid>(
                    $"SELECT id FROM {table} WHERE tenant_id = $1 ORDER BY id DESC LIMIT 2", StableId.Of("tenant", association))).Select(id => (table, id)));
            }
        }
        return subjects;
    }

    /// <summary>A pass as a link leaves one behind that was opened.</summary>
    private async Task<string> PassAsync(string association, string purpose, Guid subject, string? over = null)
    {
        var pass = Secret.New();
        await walk.Portal.Database.ExecuteAsync("""
            INSERT INTO identity.visitor_link (sha256, id, tenant_id, purpose, subject_id, answer, created_at, created_by_name, expires_at, used_at, pass_sha256)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, '\x00', $5, 'test', $5::timestamptz + interval '1 day', $5, $6)
            """, Secret.Sha256(Secret.New()), StableId.Of("tenant", association), purpose, subject, walk.Portal.Clock.Now.ToUniversalTime(), Secret.Sha256(pass));
        if (over is not null)
        {
            await walk.Portal.Database.ExecuteAsync($"UPDATE identity.visitor_link SET {over} WHERE pass_sha256 = $1", Secret.Sha256(pass));
        }
        return pass;
    }

    /// <returns>Every answer that should not have been given.</returns>
    private async Task<IReadOnlyList<string>> WalkAsync(
        IEnumerable<(MatrixLine Line, string? Pass, string Association, string Why)> tries, Func<HttpStatusCode, bool>? right = null)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(tries, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (one, cancellationToken) =>
        {
            using var http = walk.Node.Client($"{one.Association}.localhost");
            using var request = new HttpRequestMessage(new HttpMethod(one.Line.Method), one.Line.Pattern.Replace("{message:guid}", $"{Guid.NewGuid()}", StringComparison.Ordinal));
            if (one.Pass is not null)
            {
                request.Headers.Add("Cookie", $"{VisitorCookie}={Uri.EscapeDataString(one.Pass)}");
            }
            if (one.Line.Method == "POST")
            {
                request.Content = new FormUrlEncodedContent([new(FormState.KeyField, Guid.NewGuid().ToString("N"))]);
            }
            using var answer = await http.SendAsync(request, cancellationToken);
            if (right is null ? answer.StatusCode != HttpStatusCode.NotFound : !right(answer.StatusCode))
            {
                wrong.Add($"{one.Line.Route} ({one.Why}): {(int)answer.StatusCode}");
            }
        });
        return [.. wrong.Order(StringComparer.Ordinal)];
    }
}
