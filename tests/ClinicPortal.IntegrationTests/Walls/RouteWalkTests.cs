using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClinicPortal.IntegrationTests.Routes;
using ClinicPortal.Shared.Http.OpenApi;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>
/// Everybody tries every door of the running application: with records of their own association, with another's, with none;
/// without a place, with a membership that has ended, on another association's host. What they may is in <c>matrix.txt</c>.
/// </summary>
public sealed class RouteWalkTests(WalkFixture walk) : IClassFixture<WalkFixture>
{
    private readonly List<string> leaks = [];
    private readonly List<string> wrong = [];
    private int asked;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<MatrixLine> Matrix { get; } = RouteMatrix.Read();

    private IReadOnlyList<PortalRoute> Routes => PortalRoute.AllOf(walk.Node);

    [Fact]
    public void EveryRoute_HasItsLine_AndEveryLineItsRoute()
    {
        var lines = Matrix.Select(l => l.Route).ToList();
        var routes = Routes.Select(r => $"{r}").ToHashSet();

        Assert.Equal(lines.Count, lines.Distinct().Count());
        None("Routes without a line in matrix.txt; judge each cell, these follow from the policy alone",
            Routes.Where(r => !lines.Contains($"{r}")).Select(RouteMatrix.Suggest).Distinct());
        None("Lines of matrix.txt without a route", lines.Where(l => !routes.Contains(l)));
    }

    [Fact]
    public void EveryParameterOfAnAddress_SaysWhoseIdsStandThere() => None("Add id=schema.table at the end of", Matrix
        .Where(l => l.Pattern.Split('{').Skip(1).Select(p => p.Split(':', '}')[0]).Any(p => !l.Records.ContainsKey(p))).Select(l => l.Route));

    [Fact]
    public async Task Everybody_AtEveryDoor_GetsWhatTheMatrixSays()
    {
        using var http = walk.Node.Client();
        // Looking comes before doing: what is done changes what there is to look at.
        foreach (var line in Matrix.OrderBy(l => l.Method != "GET"))
        {
            foreach (var walker in walk.Of(WalkFixture.A).Concat(walk.Of(WalkFixture.B)))
            {
                await TryOwnAsync(http, walker, line);
            }
            var nobody = Walker.Nobody(walk.Node, HostFor(line), WalkFixture.A);
            var answer = await AskAsync(http, nobody, line, await PathAsync(line, WalkFixture.A));
            if (line.IsAnonymous ? answer.IsRefusal : !answer.ShutsOut)
            {
                Note(leaks, nobody, line, answer, $"{line.Cells[RouteMatrix.Nobody]} for whoever is not signed in");
            }
        }
        Report("own records and none");
    }

    [Theory]
    [InlineData(WalkFixture.A, WalkFixture.B)]
    [InlineData(WalkFixture.B, WalkFixture.A)]
    public async Task RecordsOfAnotherAssociation_AnswerLikeThoseThatNobodyHas_AndStayAsTheyAre(string mine, string theirs)
    {
        using var http = walk.Node.Client();
        var before = await RowsOfTenant.ReadAsync(walk.Portal.Database, theirs);
        foreach (var line in Matrix.Where(l => l.Records.Count > 0))
        {
            foreach (var walker in walk.Of(mine).Append(Walker.Nobody(walk.Node, HostFor(line), mine)))
            {
                var (foreign, unknown) = (await PathAsync(line, theirs), await PathAsync(line, null));
                // A page may name the other association for reasons of its own: left out of both answers, what stands in either address.
                IReadOnlyList<string> named = [.. foreign.Ids, .. unknown.Ids];
                (foreign, unknown) = (foreign with { Ids = named }, unknown with { Ids = named });
                var (real, told) = (await AskAsync(http, walker, line, foreign), await AskAsync(http, walker, line, unknown));
                if (real != told)
                {
                    Note(leaks, walker, line, real, $"unknown: {(int)told.Status}{Difference(real, told)}");
                }
                if (!line.IsAnonymous && real.IsSuccess)
                {
                    Note(leaks, walker, line, real, "opened another association's record");
                }
            }
        }
        None($"{theirs} was changed by people of {mine}", (await RowsOfTenant.ReadAsync(walk.Portal.Database, theirs)).Since(before));
        Report($"{mine} with records of {theirs}");
    }

    [Fact]
    public async Task SignedInWithoutAPlace_ThereIsNothingButTheOwnAccountAndItsPlaces()
    {
        using var http = walk.Node.Client();
        using var browser = new Infrastructure.Browser(walk.Node);
        await browser.SignInAsync(await browser.OpenAsync(walk.Node.Url("/sign-in")), "operator1@desk.example");
        var homeless = Walker.Nobody(walk.Node, "localhost", WalkFixture.A) with { Role = "without a place", Cookies = browser.Cookies("localhost") };
        foreach (var line in Matrix.Where(l => !l.IsAnonymous))
        {
            // On the sign-in host, and with the same cookie carried to the hosts where there would be something.
            foreach (var host in new[] { "localhost", "desk.localhost", $"{WalkFixture.A}.localhost" })
            {
                var answer = await AskAsync(http, homeless with { Host = host }, line, await PathAsync(line, WalkFixture.A));
                var isForAnybody = line.Cells.All(c => c.Key == RouteMatrix.Nobody || c.Value != Cell.No);
                var isDoor = host == "localhost" && line.Host != "place" && isForAnybody;
                if (isDoor ? line.Method == "GET" && answer.IsRefusal : !answer.ShutsOut)
                {
                    Note(leaks, homeless with { Host = host }, line, answer, "without a place");
                }
            }
        }
        Report("no place");
    }

    [Fact]
    public async Task OnAnotherAssociationsHost_OwnCookiesAndKeysOpenNothing()
    {
        using var http = walk.Node.Client();
        foreach (var (walker, host) in from walker in walk.Of(WalkFixture.A).Concat(walk.Of(WalkFixture.B))
                                       let host = walker.Association == WalkFixture.A ? $"{WalkFixture.B}.localhost" : $"{WalkFixture.A}.localhost"
                                       select (walker, host))
        {
            foreach (var line in Matrix.Where(l => !l.IsAnonymous && (l.Records.Count > 0 || !l.Pattern.StartsWith("/api", StringComparison.Ordinal))))
            {
                var answer = await AskAsync(http, walker with { Host = host }, line, await PathAsync(line, walker.Association));
                if (!answer.ShutsOut && answer.IsSuccess)
                {
                    Note(leaks, walker with { Host = host }, line, answer, "on another association's host");
                }
            }
        }
        Report("another association's host");
    }

    /// <summary>What a role may do, with what is its own.</summary>
    private async Task TryOwnAsync(HttpClient http, Walker walker, MatrixLine line)
    {
        var cell = line.Cells[walker.Role];
        var opens = line.Host is "any" or "place" && cell switch
        {
            Cell.Pair => walker.Association == WalkFixture.B,
            Cell.Admin => walker.IsAdministrator,
            var c => c != Cell.No,
        };
        var paths = opens ? await PathsAsync(line, walker.Association) : [await PathAsync(line, walker.Association)];
        Answered? answer = null;
        foreach (var path in paths)
        {
            answer = await AskAsync(http, walker, line, path);
            if (!opens || !answer.ShutsOut)
            {
                break;
            }
        }
        var isWrong = opens ? cell != Cell.Some && answer!.ShutsOut : !answer!.ShutsOut;
        if (isWrong)
        {
            Note(opens ? wrong : leaks, walker, line, answer!, $"the matrix says {cell}");
        }
    }

    private async Task<Answered> AskAsync(HttpClient http, Walker walker, MatrixLine line, Address to)
    {
        asked++;
        // Without its token a form does nothing: signing out or locking the session would end the walk.
        return await (line.IsAnonymous || line.Pattern.StartsWith("/session/", StringComparison.Ordinal) ? walker with { Token = null } : walker).AskAsync(http, line, to.Path, Examples.GetValueOrDefault(line.Route), to.Ids);
    }

    /// <summary>An address with the first record of the association in it; with an id that nobody has when there is no association.</summary>
    private async Task<Address> PathAsync(MatrixLine line, string? association) => (await PathsAsync(line, association))[0];

    private async Task<IReadOnlyList<Address>> PathsAsync(MatrixLine line, string? association)
    {
        List<Address> paths = [new(line.Pattern, [])];
        foreach (var (parameter, table) in line.Records)
        {
            var found = table.StartsWith(':') ? [table[1..]] : association is null ? [] : await walk.IdsAsync(association, table);
            var values = found.Count > 0 ? found : [table == "identifier" ? "elsewhere" : $"{Guid.CreateVersion7()}"];
            paths = [.. paths.SelectMany(path => values.Select(value => new Address(PortalRoute.Fill(path.Path, parameter, value), [.. path.Ids, value])))];
        }
        return paths;
    }

    /// <param name="Ids">What stands in the path for records, and is left out when two answers are compared.</param>
    private sealed record Address(string Path, IReadOnlyList<string> Ids);

    /// <summary>By route the body that its description shows.</summary>
    private IReadOnlyDictionary<string, string> Examples => examples ??= (
        from endpoint in walk.Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let example = endpoint.Metadata.GetMetadata<RequestExample>()
        where example is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", JsonSerializer.Serialize(example.Body, JsonOfTheApi))).ToDictionary();

    private IReadOnlyDictionary<string, string>? examples;

    private JsonSerializerOptions JsonOfTheApi => new(walk.Node.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static string HostFor(MatrixLine line) => line.Host == "sign-in" ? "localhost" : $"{WalkFixture.A}.localhost";

    private static string Difference(Answered real, Answered told)
    {
        var (a, b) = (real.Headers + "\n" + real.Body, told.Headers + "\n" + told.Body);
        var at = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        return $" …{a[Math.Max(0, at - 20)..Math.Min(a.Length, at + 60)]}… against …{b[Math.Max(0, at - 20)..Math.Min(b.Length, at + 60)]}…".ReplaceLineEndings(" ");
    }

    private static void Note(List<string> list, Walker walker, MatrixLine line, Answered answer, string why) =>
        list.Add($"{line} as {walker.Role} of {walker.Association} on {walker.Host}: {(int)answer.Status}; {why}");

    private void Report(string what)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {Matrix.Count} routes × {RouteMatrix.Columns.Count} roles, {asked} requests, {leaks.Count} leaks, {wrong.Count} refused wrongly");
        None("Leaks and wrong refusals", leaks.Concat(wrong));
    }

    private static void None(string what, IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{what}, {all.Count}:\n{string.Join('\n', all)}");
    }
}
