using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Identity.OutsideIssuers;

internal static class OutsideIssuersRegistration
{
    public static IServiceCollection AddOutsideIssuers(this IServiceCollection services)
    {
        services.AddHttpClient(IssuerReader.Client, client =>
        {
            client.Timeout = IssuerReader.Patience;
            client.MaxResponseContentBufferSize = IssuerReader.LongestAnswer;
        }).ToPublicHostsOnly();
        return services.AddSingleton<IssuerReader>().AddSingleton<KnownIssuers>().AddSingleton<OutsideTokens>();
    }
}
