using System.Net.Http.Headers;
using System.Text;
using ClinicPortal.Modules.Notifications.Contracts;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Notifications.Adapters;

/// <summary>Hands messages to a service in the shape of Twilio's Messages API: a form with To, From and Body, and basic authentication.</summary>
internal sealed class MessagesApi(IHttpClientFactory clients, IOptions<SmsOptions> options) : ISmsGateway
{
    public const string Client = "sms";

    public async Task SendAsync(Sms sms, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{settings.Api.TrimEnd('/')}/Accounts/{Uri.EscapeDataString(settings.Account!)}/Messages.json")
        {
            Content = new FormUrlEncodedContent([new("To", MobileNumbers.International(sms.To)), new("From", settings.From!), new("Body", sms.Text)]),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Account}:{settings.Token}"))) },
        };
        try
        {
            using var http = clients.CreateClient(Client);
            using var answer = await http.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                // The service's own words may quote the number.
                throw new SmsRefusedException($"The service for short messages answered {(int)answer.StatusCode}.");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SmsRefusedException($"The service for short messages could not be reached: {failure.GetType().Name}.", failure);
        }
    }
}
