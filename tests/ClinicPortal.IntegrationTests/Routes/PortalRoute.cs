using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Routes;

/// <summary>A method and pattern that the running application answers.</summary>
/// <param name="AllowedRoles">Who may call; null when the route says nothing about it, empty when any signed-in person may.</param>
internal sealed partial record PortalRoute(string Method, string Pattern, bool IsAnonymous, IReadOnlyList<string>? AllowedRoles)
{
    /// <summary>One demonstration key for each role that machines can have.</summary>
    private static readonly Dictionary<string, string> Keys = new()
    {
        [Roles.DeskOperator] = "demo.desk.operator",
        [Roles.Secretariat] = "demo.setagaya.secretariat",
        [Roles.ClinicDoctor] = "demo.setagaya.clinic1",
        [Roles.FacilityStaff] = "demo.setagaya.facility1",
        [Roles.NightDoctor] = "demo.setagaya.doctor1",
    };

    public bool IsApi => Pattern.StartsWith(ApiRoutes.Prefix, StringComparison.Ordinal);

    /// <summary>A key that may call the route; null when none of the demonstration's may.</summary>
    public string? RightKey => AllowedRoles?.Select(Keys.GetValueOrDefault).FirstOrDefault(key => key is not null);

    public string? WrongKey => Keys.Where(key => AllowedRoles?.Contains(key.Key) == false).Select(key => key.Value).FirstOrDefault();

    public static IReadOnlyList<PortalRoute> AllOf(PortalNode node) =>
    [
        .. from endpoint in node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let roles = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new PortalRoute(
               method, "/" + endpoint.RoutePattern.RawText?.Trim('/'), endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null,
               roles.Count == 0 ? null : [.. roles.SelectMany(r => r.Roles?.Split(',') ?? [])]),
    ];

    /// <summary>An address with something in place of every parameter: a well-formed id that nobody has, or the given text.</summary>
    public string Path(string garbage = "garbage") =>
        Parameter().Replace(Pattern, match => match.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : garbage);

    /// <summary>A pattern with a value in place of one parameter.</summary>
    public static string Fill(string pattern, string parameter, string value) =>
        Parameter().Replace(pattern, match => match.Value[1..^1].Split(':')[0] == parameter ? value : match.Value);

    public HttpRequestMessage Request(string? key, string path, string? json = "{}", bool withIdempotencyKey = true)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        if (Method != "GET" && json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }
        if (Method == "POST" && withIdempotencyKey)
        {
            request.Headers.Add(ApiCommand.Header, Guid.NewGuid().ToString());
        }
        return request;
    }

    public override string ToString() => $"{Method} {Pattern}";

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
