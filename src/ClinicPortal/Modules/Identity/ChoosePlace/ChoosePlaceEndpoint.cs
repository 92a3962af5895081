using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.ChoosePlace;

/// <param name="Links">Each place with the address that begins its session.</param>
/// <param name="Asked">Where the person wanted to go; with no place there, the page says so.</param>
public sealed record PlacesModel(string Name, IReadOnlyList<(Place Place, string Href)> Links, HandoverRequest Asked)
{
    public bool IsStrangerThere => Asked.Host is { } host && Links.All(l => l.Place.Host.Identifier != host.Identifier);
}

internal static class ChoosePlaceEndpoint
{
    public static void MapChoosePlace(this IEndpointRouteBuilder app)
    {
        // Any account, member of nothing yet: the sign-in host knows no roles.
        app.MapGet("/places", ShowAsync).OnSignInHost().RequireAuthorization();
        app.MapGet("/places/others", ShowOthersAsync).OnPlaceHost().RequireMember();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, Places places, HostAddresses addresses, ITenantResolver tenants, PageRenderer pages, CancellationToken cancellationToken)
    {
        var signedIn = context.Features.Get<SignedIn>()!;
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        var links = from place in await places.OfAsync(signedIn, cancellationToken)
                    let there = new HandoverRequest(
                        null, null, place.Host.Identifier == asked.Host?.Identifier ? asked.Return : null, place.Membership.Id)
                    select (place, addresses.Of(place.Host.Identifier, context.Request) + there.At("/session/begin"));
        return pages.Page<PlacesPage>(new { Model = new PlacesModel(signedIn.Name, [.. links], asked) });
    }

    /// <summary>Where else the person may work, for the menu; on the same host, in another role or organisation.</summary>
    private static async Task<IResult> ShowOthersAsync(
        HttpContext context, Places places, HostAddresses addresses, PageRenderer pages, CancellationToken cancellationToken)
    {
        var signedIn = context.Features.Get<SignedIn>()!;
        var links = from place in await places.OfAsync(signedIn, cancellationToken)
                    where place.Membership.Id != signedIn.MembershipId
                    select (place, addresses.Of(place.Host.Identifier, context.Request)
                        + new HandoverRequest(null, null, null, place.Membership.Id).At("/session/begin"));
        return pages.Fragment<OtherPlacesFrame>(new { Links = links.ToList() });
    }
}
