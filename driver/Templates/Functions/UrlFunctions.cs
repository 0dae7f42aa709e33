using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>urlParse and urlJoin.</summary>
internal static class UrlFunctions
{
    public static FunctionList Functions() => new()
    {
        { "urlParse", [GoType.String], static (_, a) => Parse((GoString)a[0]!) },
        { "urlJoin", [GoType.InterfaceMap], static (_, a) => Join((GoMap)a[0]!) },
    };

    private static GoMap Parse(GoString text)
    {
        GoUrl url = GoUrl.Parse(text, "unable to parse url: ");
        GoMap map = GoMap.OfAny(8);
        map.Set("scheme", url.Scheme);
        map.Set("host", url.Host);
        map.Set("hostname", url.Hostname);
        map.Set("path", url.Path);
        map.Set("query", url.Query);
        map.Set("opaque", url.Opaque);
        map.Set("fragment", url.Fragment);
        map.Set("userinfo", url.UserInfo ?? GoString.Empty);
        return map;
    }

    private static GoString Join(GoMap map)
    {
        GoString userInfo = Text(map, "userinfo");
        GoUrl url = new()
        {
            Scheme = Text(map, "scheme"),
            Host = Text(map, "host"),
            Path = Text(map, "path"),
            Query = Text(map, "query"),
            Opaque = Text(map, "opaque"),
            Fragment = Text(map, "fragment"),
            UserInfo = userInfo.Length == 0
                ? null
                : GoUrl.Parse(GoString.Concat(GoString.Concat(GoString.From("proto://"), userInfo), GoString.From("@host")), "unable to parse userinfo in dict: ").UserInfo,
        };
        return url.Write();
    }

    private static GoString Text(GoMap map, string key)
    {
        if (!map.TryGet(GoString.From(key), out object? value))
        {
            return GoString.Empty;
        }

        return value as GoString ?? throw GoException.Plain(value is null
            ? "runtime error: invalid memory address or nil pointer dereference"
            : $"unable to parse {key} key, must be of type string, but {GoType.Of(value)!.KindName} found");
    }
}
