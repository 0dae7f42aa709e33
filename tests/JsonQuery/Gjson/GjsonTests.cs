using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.Gjson;

namespace CsiSecrets.Tests.JsonQuery.Gjson;

/// <summary>The examples of gjson's public description of its path syntax, and the rules around them.</summary>
public sealed class GjsonTests
{
    private const string People =
        """
        {
          "name": {"first": "Tom", "last": "Anderson"},
          "age":37,
          "children": ["Sara","Alex","Jack"],
          "fav.movie": "Deer Hunter",
          "friends": [
            {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
            {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
            {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}
          ]
        }
        """;

    [Theory]
    [InlineData("name.last", "Anderson")]
    [InlineData("name.first", "Tom")]
    [InlineData("age", "37")]
    [InlineData("children", """["Sara","Alex","Jack"]""")]
    [InlineData("children.0", "Sara")]
    [InlineData("children.1", "Alex")]
    [InlineData("friends.1", """{"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]}""")]
    [InlineData("friends.1.first", "Roger")]
    [InlineData("child*.2", "Jack")]
    [InlineData("c?ildren.0", "Sara")]
    [InlineData(@"fav\.movie", "Deer Hunter")]
    [InlineData("fav.movie", "Deer Hunter")]
    [InlineData("friends.#", "3")]
    [InlineData("friends.#.age", "[44,68,47]")]
    [InlineData("friends.#(last==\"Murphy\").first", "Dale")]
    [InlineData("friends.#(last==\"Murphy\")#.first", """["Dale","Jane"]""")]
    [InlineData("friends.#(age>45)#.last", """["Craig","Murphy"]""")]
    [InlineData("friends.#(first%\"D*\").last", "Murphy")]
    [InlineData("friends.#(first!%\"D*\").last", "Craig")]
    [InlineData("children.#(!%\"*a*\")", "Alex")]
    [InlineData("children.#(%\"*a*\")#", """["Sara","Jack"]""")]
    [InlineData("friends.#(nets.#(==\"fb\"))#.first", """["Dale","Roger"]""")]
    [InlineData("friends.0.first", "Dale")]
    [InlineData("friends|0.first", "Dale")]
    [InlineData("friends.0|first", "Dale")]
    [InlineData("friends|0|first", "Dale")]
    [InlineData("friends|#", "3")]
    [InlineData("friends.#(last=\"Murphy\")#.first", """["Dale","Jane"]""")]
    [InlineData("friends.#(last=\"Murphy\")#|first", null)]
    [InlineData("friends.#(last=\"Murphy\")#.0", "[]")]
    [InlineData("friends.#(last=\"Murphy\")#|0", """{"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]}""")]
    [InlineData("friends.#(last=\"Murphy\")#.#", "[]")]
    [InlineData("friends.#(last=\"Murphy\")#|#", "2")]
    [InlineData("friends.#[last=\"Craig\"].first", "Roger")]
    [InlineData("children.@reverse", """["Jack","Alex","Sara"]""")]
    [InlineData("children.@reverse.0", "Jack")]
    [InlineData("children|@reverse|0", "Jack")]
    [InlineData("name.@reverse", """{"last":"Anderson","first":"Tom"}""")]
    [InlineData("name.@ugly", """{"first":"Tom","last":"Anderson"}""")]
    [InlineData("name.@this.first", "Tom")]
    [InlineData("name.@keys", """["first","last"]""")]
    [InlineData("name.@values", """["Tom","Anderson"]""")]
    [InlineData("friends.#.nets|@flatten", """["ig","fb","tw","fb","tw","ig","tw"]""")]
    [InlineData("friends.#.nets|@flatten.1", "fb")]
    [InlineData("name.@tostr", "{\"first\": \"Tom\", \"last\": \"Anderson\"}")]
    [InlineData("name.@tostr.@fromstr.last", "Anderson")]
    [InlineData("name.@pretty", "{\n  \"first\": \"Tom\",\n  \"last\": \"Anderson\"\n}\n")]
    [InlineData("children.@pretty", "[\"Sara\", \"Alex\", \"Jack\"]\n")]
    [InlineData("friends.1.@pretty:{\"sortKeys\":true,\"indent\":\" \"}", "{\n \"age\": 68,\n \"first\": \"Roger\",\n \"last\": \"Craig\",\n \"nets\": [\"fb\", \"tw\"]\n}\n")]
    [InlineData("{name.first,age,\"the_murphys\":friends.#(last=\"Murphy\")#.first}", """{"first":"Tom","age":37,"the_murphys":["Dale","Jane"]}""")]
    [InlineData("[name.first,age,missing]", """["Tom",37]""")]
    [InlineData("name.{first,\"family\":last}", """{"first":"Tom","family":"Anderson"}""")]
    [InlineData("{name.first,\"kind\":!\"person\"}", """{"first":"Tom","kind":"person"}""")]
    [InlineData("friends.#.{first,age}|1.age", "68")]
    [InlineData("friends.#(age>100)#", "[]")]
    [InlineData("friends.#(age>100)", null)]
    [InlineData("friends.#(nets).first", "Dale")]
    [InlineData("friends.#(missing).first", null)]
    [InlineData("friends.3", null)]
    [InlineData("friends.x", null)]
    [InlineData("age.x", null)]
    [InlineData("missing", null)]
    [InlineData("", null)]
    [InlineData("name.@unknown", null)]
    [InlineData("friends.#(age", null)]
    public void Example_GivesWhatTheDescriptionSays(string path, string? expected) => Assert.Equal(expected, Select(People, path));

    [Fact]
    public void Dig_FindsAtAnyDepth() => Assert.Equal("""["Anderson","Murphy","Craig","Murphy"]""", Select(People, "@dig:last"));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-12345678901234567890", "-12345678901234567890")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1.5e-7", "0.00000015")]
    [InlineData("1e23", "100000000000000000000000")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "")]
    [InlineData("\"a\\u00e4\\n\\\"\"", "a\u00e4\n\"")]
    [InlineData("{ \"b\" : [1, 2] }", "{ \"b\" : [1, 2] }")]
    public void Text_OfAValue(string json, string expected) => Assert.Equal(expected, Select($"{{\"a\": {json} }}", "a"));

    [Theory]
    [InlineData("""{"a.b":1,"a":{"b":2}}""", "a.b", "1")]
    [InlineData("""{"a":{"b":2}}""", "a.b", "2")]
    [InlineData("""{"a":{"b.c":3}}""", "a.b.c", null)]
    [InlineData("""{"a":{"b.c":3}}""", @"a.b\.c", "3")]
    [InlineData("""{"a":1,"a":2}""", "a", "1")]
    [InlineData("""{"a*":1,"ab":2}""", @"a\*", "1")]
    [InlineData("""{"ab":2,"a*c":1}""", @"a\**", "1")]
    [InlineData("""{"x1":{"y":0},"x2":{"z":5}}""", "x*.z", "5")]
    [InlineData("""{"users":[{"v":true},{"v":"yes"},{"v":null},{"w":1}]}""", "users.#(v=~true)#", """[{"v":true}]""")]
    [InlineData("""{"users":[{"v":true},{"v":"f"},{"v":null},{"w":1}]}""", "users.#(v=~false)#", """[{"v":"f"},{"v":null},{"w":1}]""")]
    [InlineData("""{"users":[{"v":true},{"v":null},{"w":1}]}""", "users.#(v=~null)#", """[{"v":null},{"w":1}]""")]
    [InlineData("""{"users":[{"v":true},{"v":null},{"w":1}]}""", "users.#(v=~*)#", """[{"v":true},{"v":null}]""")]
    [InlineData("""{"u":[{"n":"a\"b"}]}""", "u.#(n==\"a\\\"b\").n", "a\"b")]
    [InlineData("""{"a":[[1,2],[3,[4]]]}""", "a.@flatten:{\"deep\":true}", "[1,2,3,4]")]
    [InlineData("""{"a":[{"x":1,"y":2},{"x":3}]}""", "a.@join", """{"x":3,"y":2}""")]
    [InlineData("""{"a":[{"x":1},{"x":3}]}""", "a.@join:{\"preserve\":true}", """{"x":1,"x":3}""")]
    [InlineData("""{"id":["1","2"],"val":[10,20]}""", "@group", """[{"id":"1","val":10},{"id":"2","val":20}]""")]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", "..#.a", "[1,2]")]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", "..1.a", "2")]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", "..#", "2")]
    [InlineData("""{"a":1} and more""", "a", "1")]
    [InlineData("""["a","b"]""", "1", "b")]
    [InlineData("\"text\"", "a", null)]
    [InlineData("not json", "a", null)]
    [InlineData("", "a", null)]
    [InlineData("""{"a":"\ud800"}""", "a", null)]
    public void Rule_Holds(string json, string path, string? expected) => Assert.Equal(expected, Select(json, path));

    [Fact]
    public void HostilePaths_EndInAnError()
    {
        string deep = string.Concat(Enumerable.Repeat("[@this,", 80)) + "a" + new string(']', 80);
        string doubling = string.Join('|', Enumerable.Repeat("[@this,@this]", 40));

        Assert.Throws<JsonTreeException>(() => Select(People, deep));
        Assert.Throws<JsonTreeException>(() => Select(People, doubling));
        Assert.Throws<JsonTreeException>(() => Select(People, new string('a', 5000)));
        Assert.Null(Select("{\"" + new string('a', 3000) + "\":1}", string.Concat(Enumerable.Repeat("*a", 300)) + "b"));
    }

    private static string? Select(string json, string path) =>
        GjsonProperty.Select(Encoding.UTF8.GetBytes(json), path) is { } text ? Encoding.UTF8.GetString(text) : null;
}
